import type { DataSource } from 'typeorm';
import {
  connectOrStartEmbeddedPostgres,
  type EmbeddedPostgres,
  migrationStatus,
  runMigrations,
} from '@app/database';
import { type Config, directUrlOf, loadConfig } from '../config/config';
import { createApiDataSource } from '../database/data-source';
import { CommandFailed } from './cli.errors';
import { type Io, warn } from './io';

const CONNECTIONS = 4;

/**
 * Connects to the database that the server uses, or would use: the one at `DATABASE_URL`, or the embedded one in
 * `DATA_DIR`, which is started for as long as `work` takes when no server runs it.
 */
export async function withDatabase<T>(
  io: Io,
  work: (dataSource: DataSource, config: Config) => Promise<T>,
): Promise<T> {
  const config = loadConfig(io.env, { signs: false });
  const starting = config.DATABASE_URL === undefined ? connectOrStart(io, config) : undefined;
  const release = stopOnSignal(starting);
  try {
    const embedded = await starting;
    try {
      return await connected(embedded?.url ?? directUrlOf(config) ?? '', (source) => work(source, config));
    } finally {
      await embedded?.stop();
    }
  } finally {
    release();
  }
}

export async function connected<T>(url: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await createApiDataSource({ url, poolSize: CONNECTIONS }).initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * As `withDatabase`, with the schema that this version needs. Unless told to `migrate`, or where `MIGRATE_ON_START` is
 * off, one that is not up to date is refused.
 * @throws CommandFailed
 */
export function withSchema<T>(
  io: Io,
  { migrate }: { migrate: boolean },
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  return withDatabase(io, async (dataSource, { MIGRATE_ON_START }) => {
    if (migrate && MIGRATE_ON_START) await runMigrations(dataSource);
    else if ((await migrationStatus(dataSource)).some(({ applied }) => !applied)) {
      throw new CommandFailed('The schema is not up to date: "fuse db migrate" brings it there.');
    }
    return work(dataSource);
  });
}

function connectOrStart(io: Io, { DATA_DIR }: Config): Promise<EmbeddedPostgres> {
  return connectOrStartEmbeddedPostgres({ dataDir: DATA_DIR, log: (line) => warn(io, line) });
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** A command that is interrupted takes along the server that it started. @returns what undoes this */
export function stopOnSignal(starting: Promise<EmbeddedPostgres> | undefined): () => void {
  const handlers = Object.entries(SIGNALS).map(([signal, code]) => {
    const handler = () =>
      void Promise.resolve(starting)
        .then((embedded) => embedded?.stop())
        .finally(() => process.exit(code));
    process.once(signal, handler);
    return [signal, handler] as const;
  });
  return () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
}
