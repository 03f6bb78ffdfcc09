import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Binaries } from './binaries';
import { giveTo, syncDirectory } from './directories';
import { EmbeddedPostgresError, errorFromOutput } from './errors';
import { commandFor, type Identity } from './identity';
import type { Layout } from './layout';
import { commandLine, isAlive, signal } from './processes';
import { runCommand } from './run-command';

export interface ClusterOptions {
  readonly layout: Layout;
  readonly identity: Identity;
  readonly binaries: Binaries;
  readonly password: string;
  readonly durable: boolean;
}

/** A cluster that a restart, an upgrade or a move may rely on: a directory that is there and not empty. */
export function clusterExists(layout: Layout): boolean {
  return existsSync(layout.cluster) && readdirSync(layout.cluster).length > 0;
}

/**
 * Makes the cluster under another name and gives it its own only when it is whole and on the disk, so that an initdb
 * that was cut short leaves nothing that looks like one.
 */
export async function createCluster(options: ClusterOptions): Promise<void> {
  const { layout, identity } = options;
  const workshop = join(layout.root, `init-${randomBytes(6).toString('hex')}`);
  try {
    mkdirSync(workshop, { mode: 0o700 });
    writeFileSync(join(workshop, 'password'), `${options.password}\n`, { mode: 0o600 });
    giveTo(identity, workshop);
    await initdb(options, workshop);
    renameSync(join(workshop, 'data'), layout.cluster);
    syncDirectory(layout.root);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** Removes what an interrupted `createCluster` left; initdb and its children may have outlived it. */
export async function removeUnfinished(layout: Layout): Promise<void> {
  for (const name of readdirSync(layout.root).filter((one) => one.startsWith('init-'))) {
    const workshop = join(layout.root, name);
    await endInitdb(workshop);
    rmSync(workshop, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function endInitdb(workshop: string): Promise<void> {
  const file = join(workshop, 'pid');
  const pid = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0;
  if (!pid || !commandLine(pid)?.includes(workshop)) return;
  signal(-pid, 'SIGKILL');
  while (isAlive(pid)) await delay(5);
}

/**
 * The locale is PostgreSQL's own, so that the cluster sorts and folds alike on every machine. Shared memory in files
 * instead of POSIX segments: systemd deletes the latter when their user logs out, and containers have 64 MB of them.
 */
async function initdb(options: ClusterOptions, workshop: string): Promise<void> {
  const args = [
    ...['-D', join(workshop, 'data'), '--username=fuse', `--pwfile=${join(workshop, 'password')}`],
    ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...[
      '--set',
      'max_connections=50',
      '--set',
      'shared_buffers=128MB',
      '--set',
      'dynamic_shared_memory_type=mmap',
    ],
    '--no-instructions',
    ...(options.durable ? [] : ['--no-sync']),
  ];
  const { code, output } = await runCommand(
    commandFor(options.identity, join(options.binaries.directory, 'bin', 'initdb'), args),
    (pid) => writeFileSync(join(workshop, 'pid'), String(pid)),
  );
  if (code !== 0)
    throw errorFromOutput(`No database cluster could be made in ${options.layout.root}.`, output);
}

/** @throws EmbeddedPostgresError `wrong_major`, or `failed` for a directory that holds no cluster */
export function checkMajor(layout: Layout, binaries: Binaries): void {
  const file = join(layout.cluster, 'PG_VERSION');
  if (!existsSync(file)) {
    throw new EmbeddedPostgresError(
      'failed',
      `${layout.cluster} holds something, but no database cluster: move it away, or set DATA_DIR to another directory.`,
    );
  }
  const major = readFileSync(file, 'utf8').trim();
  if (major === String(binaries.major)) return;
  throw new EmbeddedPostgresError(
    'wrong_major',
    `The database cluster in ${layout.cluster} was made by PostgreSQL ${major}, and this is PostgreSQL ` +
      `${binaries.major}, which cannot read it. Nothing was changed. To move it: start the version of The New Fuse that ` +
      `made it, take a backup there, stop it; set DATA_DIR to a new directory (or move ${layout.root} away), start this ` +
      'version, and restore the backup. See docs/operations/embedded-postgres.md.',
  );
}
