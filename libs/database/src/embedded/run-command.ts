import { spawn } from 'node:child_process';
import type { Command } from './identity';

/** English messages, no time zone search at initdb, and none of the caller's PG* variables. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

export interface CommandResult {
  /** null after a signal */
  readonly code: number | null;
  readonly output: string;
}

/**
 * Runs a program to its end, in a process group of its own; `started` is told its pid before anything else can happen.
 */
export function runCommand(command: Command, started: (pid: number) => void): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const { file, args, uid, gid } = command;
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const child = spawn(file, args, { uid, gid, cwd: '/', env: SERVER_ENVIRONMENT, stdio, detached: true });
    if (child.pid !== undefined) started(child.pid);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
