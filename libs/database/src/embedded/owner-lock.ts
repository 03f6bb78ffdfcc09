import { chmodSync, lstatSync, readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError, messageOf } from './errors';
import type { Layout } from './layout';
import { writePrivateFile } from './private-file';
import { startMark } from './processes';

export interface OwnerLock {
  release(): void;
}

const SQLITE_BUSY = 5;
const SQLITE_CODES: Partial<Record<number, 'no_space' | 'not_accessible'>> = {
  8: 'not_accessible',
  13: 'no_space',
  14: 'not_accessible',
};

/**
 * Makes this process the owner of the data directory until it releases the lock or dies, however it dies.
 *
 * Node has no file locks of its own; an exclusive transaction of SQLite is one (`fcntl`), which the kernel ends with the
 * process. Unlike a file with a pid in it, it cannot go stale, be mistaken for that of a later process with the same
 * pid, or be broken by two at once, and it holds between containers that share a volume, where pids mean nothing.
 * This process must not open the file in any other way: closing that would end the lock.
 *
 * @throws EmbeddedPostgresError `already_running`, naming the owner
 */
export async function takeOwnerLock(layout: Layout): Promise<OwnerLock> {
  const database = lock(layout.ownerLock);
  if (!database) throw await alreadyRunning(layout);
  const owner: Owner = { pid: process.pid, startMark: startMark(process.pid) ?? '' };
  writePrivateFile(layout.owner, JSON.stringify(owner));
  return {
    release: () => {
      if (!database.isOpen) return;
      rmSync(layout.owner, { force: true });
      database.close();
    },
  };
}

function lock(path: string): DatabaseSync | undefined {
  refuseSymlink(path);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    chmodSync(path, 0o600);
    return database;
  } catch (error) {
    database?.close();
    const number = sqliteCode(error);
    if (number === SQLITE_BUSY) return undefined;
    throw new EmbeddedPostgresError(
      SQLITE_CODES[number ?? 0] ?? 'failed',
      `The lock file ${path} cannot be used: ${messageOf(error)}. The data directory must be on a disk that this user may write.`,
      { cause: error },
    );
  }
}

/** The primary part of the result code. */
function sqliteCode(error: unknown): number | undefined {
  const hasCode = typeof error === 'object' && error !== null && 'errcode' in error;
  return hasCode ? Number(error.errcode) & 0xff : undefined;
}

/** Root may be at work in a directory of somebody else's, who could point it at any file. */
function refuseSymlink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new EmbeddedPostgresError('not_accessible', `${path} is a symbolic link; remove it.`);
  }
}

interface Owner {
  readonly pid: number;
  readonly startMark: string;
}

async function alreadyRunning(layout: Layout): Promise<EmbeddedPostgresError> {
  const pid = await ownerPid(layout);
  const who = pid === undefined ? 'another process (in another container, say)' : `process ${pid}`;
  return new EmbeddedPostgresError(
    'already_running',
    `The embedded PostgreSQL in ${layout.dataDir} is in use by ${who}. Stop that one first, or set DATA_DIR to another ` +
      'directory.',
  );
}

/** The owner writes its pid just after it has the lock, so a missing one is waited for a moment. */
async function ownerPid(layout: Layout): Promise<number | undefined> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const owner = readOwner(layout.owner);
    if (owner && startMark(owner.pid) === owner.startMark) return owner.pid;
    await delay(25);
  }
  return undefined;
}

function readOwner(path: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('startMark' in value))
      return undefined;
    return { pid: Number(value.pid), startMark: String(value.startMark) };
  } catch {
    return undefined;
  }
}
