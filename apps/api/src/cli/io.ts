import type { Readable, Writable } from 'node:stream';

/** What a command reads from and writes to. Results go to `stdout`; prompts, progress and complaints to `stderr`. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** The settings; unless given, those of the environment and of `.env`. */
  readonly env?: NodeJS.ProcessEnv;
}

export function print({ stdout }: Io, ...lines: string[]): void {
  stdout.write(lines.map((line) => `${line}\n`).join(''));
}

export function warn({ stderr }: Io, ...lines: string[]): void {
  stderr.write(lines.map((line) => `${line}\n`).join(''));
}

/** A count with its noun: `1 task`, `2 tasks`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
