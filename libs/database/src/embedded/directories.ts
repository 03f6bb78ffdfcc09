import {
  chmodSync,
  closeSync,
  fsyncSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Identity } from './identity';
import type { Layout } from './layout';

/**
 * Makes `DATA_DIR` and `DATA_DIR/postgres`, private to the server's user. Where that is `nobody`, whom other services may
 * share, root keeps both and lets others pass through them, no more.
 */
export function prepareDirectories(layout: Layout, identity: Identity): void {
  const made = mkdirSync(layout.dataDir, { recursive: true, mode: 0o700 }) !== undefined;
  mkdirSync(layout.root, { recursive: true, mode: 0o700 });
  if (identity.kind === 'nobody') for (const path of [layout.dataDir, layout.root]) letOthersPass(path);
  if (identity.kind !== 'owner') return;
  if (made) lchownSync(layout.dataDir, identity.uid, identity.gid);
  lchownSync(layout.root, identity.uid, identity.gid);
}

function letOthersPass(path: string): void {
  const { uid, mode } = statSync(path);
  if (uid === 0) chmodSync(path, (mode & 0o7777) | 0o011);
}

/** Lets a user whom root ran the server for start it without root the next time. */
export function leaveUsableWithoutRoot(layout: Layout, identity: Identity): void {
  if (identity.kind === 'owner') giveTo(identity, layout.root);
}

/** Gives everything below `path` to the server's user, as root only; symlinks are not followed. */
export function giveTo(identity: Identity, path: string): void {
  if (identity.kind === 'self') return;
  const { uid } = lstatSync(path);
  if (uid !== identity.uid) lchownSync(path, identity.uid, identity.gid);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(identity, join(path, name));
}

/** Makes a rename in this directory last through a power failure. */
export function syncDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
