import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCli } from '../../apps/api/src/cli/run-cli';
import { freePort } from '../support/free-port';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const ROOT = join(__dirname, '../..');
export const SMALL = join(ROOT, 'test/fixtures/github-small');
/** Beside the project on some machines only. */
export const ANTS = join(ROOT, '../shared/data/github-ants');

/**
 * Runs `fuse` in this process.
 * @param input what it reads from standard input, which is no terminal; standard error may be one
 */
export async function fuse(
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  input = '',
  { isTTY = false } = {},
): Promise<Outcome> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const stderr = Object.assign(new PassThrough(), { isTTY });
  stdin.end(input);
  const [out, err] = [text(stdout), text(stderr)];
  const code = await runCli(args, { stdin, stdout, stderr, env });
  stdout.end();
  stderr.end();
  return { code, stdout: await out, stderr: await err };
}

const NODE = [process.execPath, '--require', join(__dirname, 'typescript.cjs')] as const;

/** Node's arguments that run `fuse` from its sources. */
export const FUSE = [...NODE, join(ROOT, 'apps/api/src/cli/main.ts')] as const;

/** Runs `fuse` in a process of its own. */
export async function spawnFuse(
  env: NodeJS.ProcessEnv,
  args: readonly string[],
  input = '',
): Promise<Outcome> {
  const [node, ...first] = FUSE;
  const child = spawn(node, [...first, ...args], { cwd: ROOT, env: ownEnvironment(env) });
  child.stdin.end(input);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

/** What a process gets: nothing of the suite's own settings. */
export function ownEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], LOG_LEVEL: 'warn', ...env };
}

export interface Server {
  readonly port: number;
  /** Sends SIGTERM; settles when the process is gone. */
  stop(): Promise<void>;
}

/** Starts the server from its sources, and waits until it says that it is ready. */
export async function startServer(env: NodeJS.ProcessEnv): Promise<Server> {
  const port = await freePort();
  const [node, ...first] = NODE;
  const args = [...first, join(ROOT, 'apps/api/src/main.ts')];
  const child = spawn(node, args, { cwd: ROOT, env: ownEnvironment({ ...env, PORT: String(port) }) });
  const ended = once(child, 'close');
  const complaint = text(child.stderr);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  for await (const line of createInterface(child.stdout)) {
    if (line.includes('is ready')) return { port, stop };
  }
  throw new Error(`the server did not start: ${await complaint}`);
}
