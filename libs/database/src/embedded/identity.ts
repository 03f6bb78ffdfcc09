import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { firstBarrier, ownerOf, type Account } from './access';
import { EmbeddedPostgresError } from './errors';
import type { Layout } from './layout';

/**
 * Who the server runs as; PostgreSQL refuses to run as root.
 * - `self`: the user of this process
 * - `namespace`: root outside, `nobody` inside a user namespace, so that it may enter what root's own files allow
 * - `owner`: the user whose directory it is, by setuid
 * - `nobody`: that user, by setuid; other services may run as it too
 */
export interface Identity extends Account {
  readonly kind: 'self' | 'namespace' | 'owner' | 'nobody';
  readonly name: string;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * An ordinary user runs the server itself. For root, what belongs to a user is run as that user (so that it stays usable
 * without root), what belongs to root in a namespace, and as `nobody` where namespaces are forbidden.
 *
 * @throws EmbeddedPostgresError `not_accessible` when none of them may enter the data directory
 */
export function chooseIdentity(layout: Layout): Identity {
  const self = { uid: process.geteuid?.() ?? -1, gid: process.getegid?.() ?? -1 };
  if (self.uid !== 0) return asSelf(layout, self);
  const clusterIsNobodys = nobody()?.uid === ownerOf(layout.cluster).uid;
  const candidates = [
    ownerOfDirectory(layout),
    clusterIsNobodys ? nobody() : undefined,
    inNamespace(),
    nobody(),
  ];
  const usable = candidates.find((one) => one && barrierFor(layout, one) === undefined);
  if (usable) return usable;
  throw notAccessible(layout, candidates.filter((one) => one !== undefined).at(-1));
}

function ownerOfDirectory(layout: Layout): Identity | undefined {
  const owner = ownerOf(layout.root);
  const name = owner.uid === 0 ? undefined : accountName(owner.uid);
  return name === undefined ? undefined : { kind: 'owner', name, ...owner };
}

function asSelf(layout: Layout, self: Account): Identity {
  const foreign = [layout.root, layout.cluster].find(
    (path) => existsSync(path) && ownerOf(path).uid !== self.uid,
  );
  if (foreign === undefined) return { kind: 'self', name: `user id ${self.uid}`, ...self };
  const { uid } = ownerOf(foreign);
  throw new EmbeddedPostgresError(
    'not_accessible',
    `${foreign} belongs to ${accountName(uid) ?? `user id ${uid}`}. Start as that user, give it to this one ` +
      `(chown -R ${self.uid} ${layout.dataDir}), or set DATA_DIR to a directory of this user's.`,
  );
}

/** Our own directory does not count: it is opened for the account when it is made. */
function barrierFor(layout: Layout, identity: Identity): string | undefined {
  const barrier = firstBarrier(layout.dataDir, identity);
  return barrier === layout.dataDir && ownerOf(barrier).uid === 0 ? undefined : barrier;
}

function notAccessible(layout: Layout, last: Identity | undefined): EmbeddedPostgresError {
  const why = last
    ? `PostgreSQL does not run as root, and the user "${last.name}" that it would run as instead may not enter ` +
      `${barrierFor(layout, last)}.`
    : 'PostgreSQL does not run as root, and this machine has neither user namespaces nor a user "nobody".';
  return new EmbeddedPostgresError(
    'not_accessible',
    `The embedded PostgreSQL cannot use ${layout.dataDir}: ${why} Set DATA_DIR to a directory that every user may ` +
      'enter (under /var/lib, say), or start as an ordinary user.',
  );
}

/** How a binary is started under an identity. `unshare` ends in exec: the pid is that of the binary. */
export function commandFor(identity: Identity, file: string, args: readonly string[]): Command {
  if (identity.kind === 'self') return { file, args };
  if (identity.kind === 'namespace') return { file: 'unshare', args: [...namespaceArgs(), file, ...args] };
  return { file, args, uid: identity.uid, gid: identity.gid };
}

/** initdb and postgres want a user with an entry in the user database: `nobody` has one everywhere. */
function namespaceArgs(): string[] {
  const inside = nobody();
  return ['--user', `--map-user=${inside?.uid ?? 65534}`, `--map-group=${inside?.gid ?? 65534}`];
}

let namespaceProbe: boolean | undefined;

function inNamespace(): Identity | undefined {
  if (process.platform !== 'linux') return undefined;
  namespaceProbe ??= output('unshare', [...namespaceArgs(), 'id', '-u']) !== undefined;
  return namespaceProbe ? { kind: 'namespace', name: 'root', uid: 0, gid: 0 } : undefined;
}

let nobodyProbe: Identity | undefined;

function nobody(): Identity | undefined {
  if (nobodyProbe) return nobodyProbe;
  const uid = output('id', ['-u', 'nobody']);
  const gid = output('id', ['-g', 'nobody']);
  if (uid === undefined || gid === undefined) return undefined;
  nobodyProbe = { kind: 'nobody', name: 'nobody', uid: Number(uid), gid: Number(gid) };
  return nobodyProbe;
}

function accountName(uid: number): string | undefined {
  return output('id', ['-un', String(uid)]);
}

function output(file: string, args: string[]): string | undefined {
  try {
    return (
      execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined
    );
  } catch {
    return undefined;
  }
}
