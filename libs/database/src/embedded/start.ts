import { rmSync } from 'node:fs';
import { ownerOf } from './access';
import { binariesFor, findBinaries } from './binaries';
import { checkMajor, clusterExists, createCluster, removeUnfinished } from './cluster';
import { ensureDatabase, serverUrl } from './connection';
import { giveTo, leaveUsableWithoutRoot, prepareDirectories } from './directories';
import { toEmbeddedPostgresError } from './errors';
import { chooseIdentity, type Identity } from './identity';
import { layoutOf, type Layout } from './layout';
import { adoptOrphan } from './orphan';
import { takeOwnerLock, type OwnerLock } from './owner-lock';
import { readOrCreatePassword } from './password';
import { writePrivateFile } from './private-file';
import { launch, type LaunchOptions, type Postmaster } from './postmaster';
import { disownDeadServer } from './postmaster-file';
import { prepareSocket, removeSocketDirectory, socketDirectory } from './socket';
import { supervise } from './supervisor';

export interface EmbeddedPostgresOptions {
  /** Holds the cluster, its password, socket and log below `postgres/`; made when missing. */
  readonly dataDir: string;
  /** Told what takes time, one line at a time. */
  readonly log?: (line: string) => void;
  /** False gives up safety against power failures for speed; for tests. Default true. */
  readonly durable?: boolean;
}

export interface EmbeddedPostgres {
  /** For `pg`: user and database `fuse`, a socket as host. */
  readonly url: string;
  /** False when the server belongs to another process and `stop()` leaves it alone. */
  readonly started: boolean;
  /** Cuts clients off, shuts the server down and waits for it; safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a data directory (and makes the cluster when there is none), or takes over the server that a
 * killed process left running there. It runs until `stop()`, and is started again when it dies.
 *
 * @throws EmbeddedPostgresError
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    const layout = layoutOf(options.dataDir);
    const binaries = findBinaries();
    const identity = chooseIdentity(layout);
    prepareDirectories(layout, identity);
    const lock = await takeOwnerLock(layout);
    try {
      rmSync(layout.connection, { force: true });
      await removeUnfinished(layout);
      if (clusterExists(layout)) checkMajor(layout, binaries);
      const settings = launchOptions(options, layout, identity, binariesFor(identity, binaries, layout));
      return await startOwned(settings, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw toEmbeddedPostgresError(error, options.dataDir);
  }
}

function launchOptions(
  options: EmbeddedPostgresOptions,
  layout: Layout,
  identity: Identity,
  binaries: LaunchOptions['binaries'],
): LaunchOptions {
  const password = readOrCreatePassword(layout);
  return {
    ...{ layout, identity, binaries, password, socketDirectory: socketDirectory(layout, identity, password) },
    durable: options.durable ?? true,
    log: options.log ?? (() => undefined),
  };
}

async function startOwned(options: LaunchOptions, lock: OwnerLock): Promise<EmbeddedPostgres> {
  const { layout, password, socketDirectory } = options;
  await prepareCluster(options);
  const first = (await adoptOrphan(options)) ?? (await launchOnFreeSocket(options));
  const supervisor = supervise(first, () => launchOnFreeSocket(options), options.log);
  const stop = once(async () => {
    rmSync(layout.connection, { force: true });
    await supervisor.stop();
    removeSocketDirectory(socketDirectory);
    lock.release();
  });
  try {
    await ensureDatabase(socketDirectory, password);
    const url = serverUrl(socketDirectory, password);
    writePrivateFile(layout.connection, JSON.stringify({ url }));
    leaveUsableWithoutRoot(layout, options.identity);
    return { url, started: true, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Later calls get the first one's answer: by then the directory may be somebody else's. */
function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => (result ??= action());
}

async function prepareCluster(options: LaunchOptions): Promise<void> {
  const { layout, identity, binaries } = options;
  if (clusterExists(layout)) {
    if (ownerOf(layout.cluster).uid !== identity.uid) giveTo(identity, layout.cluster);
    return;
  }
  options.log(`Making a PostgreSQL ${binaries.major} database cluster in ${layout.cluster} ...`);
  await createCluster(options);
}

async function launchOnFreeSocket(options: LaunchOptions): Promise<Postmaster> {
  await prepareSocket(options.socketDirectory, options.identity);
  disownDeadServer(options.layout.cluster);
  return launch(options);
}
