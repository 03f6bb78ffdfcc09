import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { SECRET } from './api';

const CLI = join(__dirname, '../../../dist/apps/api/src/cli/main.js');

export interface CliOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built `fuse` as a process of its own, to its end. */
export async function fuse(
  settings: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<CliOutcome> {
  const env = { PATH: process.env['PATH'], JWT_SECRET: SECRET, LOG_LEVEL: 'warn', ...settings };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}
