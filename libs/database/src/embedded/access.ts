import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from './errors';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The first directory on the way to `path`, itself included, that the account may not enter by the permission bits;
 * undefined when it can go all the way. What does not exist yet is no barrier. uid 0 gets no privilege here: inside a
 * user namespace it has none.
 */
export function firstBarrier(path: string, account: Account): string | undefined {
  const parent = dirname(path);
  const above = parent === path ? undefined : firstBarrier(parent, account);
  if (above !== undefined) return above;
  return mayEnter(path, account) ? undefined : path;
}

function mayEnter(path: string, account: Account): boolean {
  try {
    const { mode, uid, gid } = statSync(path);
    if (uid === account.uid) return (mode & 0o100) !== 0;
    if (gid === account.gid) return (mode & 0o010) !== 0;
    return (mode & 0o001) !== 0;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return true;
    throw error;
  }
}

/** The owner of the path or, while it does not exist, of the nearest directory above it that does. */
export function ownerOf(path: string): Account {
  try {
    const { uid, gid } = statSync(path);
    return { uid, gid };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return ownerOf(dirname(path));
  }
}
