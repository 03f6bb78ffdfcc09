import { closeSync, constants, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

const LIMIT_BYTES = 5 * 1024 * 1024;

/** Opens the log for appending. One that has grown past 5 MiB becomes `….1` first; an older `….1` goes. */
export function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LIMIT_BYTES) renameSync(path, `${path}.1`);
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
  return openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
}

export function logSize(fd: number): number {
  return fstatSync(fd).size;
}

/** What was logged from `offset` on, at most its last 64 KiB. */
export function logSince(fd: number, offset: number): string {
  const end = logSize(fd);
  const from = Math.max(offset, end - 64 * 1024);
  const buffer = Buffer.alloc(Math.max(0, end - from));
  const length = readSync(fd, buffer, 0, buffer.length, from);
  return buffer.toString('utf8', 0, length);
}

export function closeLog(fd: number): void {
  closeSync(fd);
}
