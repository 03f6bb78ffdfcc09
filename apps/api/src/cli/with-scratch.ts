import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { startEmbeddedPostgres } from '@app/database';
import { type Io, warn } from './io';
import { connected, stopOnSignal } from './with-database';

/**
 * Connects to an empty database that is of no further use afterwards.
 * @param url one that somebody made for this; unless given, a PostgreSQL is started in the temporary folder
 */
export async function withScratch(
  io: Io,
  url: string | undefined,
  work: (dataSource: DataSource) => Promise<void>,
): Promise<void> {
  if (url !== undefined) return connected(url, work);
  const folder = await mkdtemp(join(tmpdir(), 'fuse-scratch-'));
  const starting = startEmbeddedPostgres({ dataDir: folder, durable: false, log: (line) => warn(io, line) });
  const release = stopOnSignal(starting);
  try {
    const embedded = await starting;
    await connected(embedded.url, work).finally(() => embedded.stop());
  } finally {
    release();
    await rm(folder, { recursive: true, force: true });
  }
}
