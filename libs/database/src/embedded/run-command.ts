import { spawn } from 'node:child_process';
import type { Command } from './identity';

/** English messages, no time zone search at initdb, and none of the caller's PG* variables. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };

/** Runs a program to its end; answers its exit code (null after a signal) and what it printed. */
export function runCommand(command: Command): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const { file, args, uid, gid } = command;
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const child = spawn(file, args, { uid, gid, cwd: '/', env: SERVER_ENVIRONMENT, stdio });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
  });
}
