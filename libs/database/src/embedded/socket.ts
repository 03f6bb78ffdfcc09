import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstBarrier } from './access';
import { giveTo } from './directories';
import { EmbeddedPostgresError, systemCode } from './errors';
import type { Identity } from './identity';
import type { Layout } from './layout';

/** Names the socket file; there is no TCP port. */
export const PORT = 5432;

const SOCKET_FILE = `.s.PGSQL.${PORT}`;

/** What the kernel takes as a socket's path, in bytes, without the final NUL. */
const PATH_LIMIT = process.platform === 'darwin' ? 103 : 107;

/**
 * The private directory of the socket: beside the cluster, or under the temporary directory when that path is too long
 * for a socket. There its name cannot be guessed, or another user could make it first.
 *
 * @throws EmbeddedPostgresError `not_accessible` when every candidate is too long or closed to the server's user
 */
export function socketDirectory(layout: Layout, identity: Identity, password: string): string {
  const digest = createHash('sha256').update(`${password}:${layout.root}`).digest('hex').slice(0, 16);
  const candidates = [join(layout.root, 'socket'), join(tmpdir(), `fuse-${digest}`), `/tmp/fuse-${digest}`];
  const fitting = candidates.filter((path) => Buffer.byteLength(join(path, SOCKET_FILE)) <= PATH_LIMIT);
  const directory = fitting.find((path) => firstBarrier(join(path, '..'), identity) === undefined);
  if (directory !== undefined) return directory;
  throw new EmbeddedPostgresError(
    'not_accessible',
    `No place for the socket of the embedded PostgreSQL: its path may have ${PATH_LIMIT} bytes, and ` +
      `${candidates.join(' and ')} are longer or closed to ${identity.name}. Set DATA_DIR or TMPDIR to a shorter path.`,
  );
}

/**
 * Makes the directory and clears away what a dead server left in it.
 *
 * @throws EmbeddedPostgresError `port_taken` when a live one listens there, or the directory is somebody else's
 */
export async function prepareSocket(directory: string, identity: Identity): Promise<void> {
  makePrivate(directory, identity);
  const socket = join(directory, SOCKET_FILE);
  if (await listens(socket)) {
    throw new EmbeddedPostgresError(
      'port_taken',
      `Something else${holderOf(`${socket}.lock`)} listens on the socket ${socket} of the embedded PostgreSQL. Stop it, then start again.`,
    );
  }
  rmSync(socket, { force: true });
  rmSync(`${socket}.lock`, { force: true });
}

export function removeSocketDirectory(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
}

function makePrivate(directory: string, identity: Identity): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  const stat = lstatSync(directory);
  const ours = stat.isDirectory() && (process.geteuid?.() === 0 || stat.uid === identity.uid);
  if (!ours || (stat.mode & 0o077) !== 0) {
    throw new EmbeddedPostgresError(
      'port_taken',
      `${directory}, the place for the socket of the embedded PostgreSQL, is not a private directory of ours: remove it.`,
    );
  }
  giveTo(identity, directory);
}

function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.once('connect', () => connection.destroy());
    connection.once('error', (error) => resolve(systemCode(error) === 'EAGAIN'));
    connection.once('close', (failed) => resolve(!failed));
  });
}

function holderOf(lockFile: string): string {
  try {
    return ` (process ${Number.parseInt(readFileSync(lockFile, 'utf8'), 10)})`;
  } catch {
    return '';
  }
}
