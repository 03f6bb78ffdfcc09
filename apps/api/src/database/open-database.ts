import type { DataSource } from 'typeorm';
import { refuseNewerDatabase, runMigrations } from '@app/database';
import type { Config } from '../config/config';
import { createApiDataSource } from './data-source';

type Settings = Pick<Config, 'DATABASE_POOL_SIZE' | 'MIGRATE_ON_START'> &
  Partial<Pick<Config, 'DATABASE_DIRECT_URL' | 'DATABASE_POOLER'>>;

/**
 * Connects and, unless `MIGRATE_ON_START` is off, brings the schema up to date; that by `DATABASE_DIRECT_URL`, where it is set.
 *
 * @throws DatabaseIsNewer, DatabaseNeedsAdoption
 */
export async function openDatabase(config: Settings, url: string): Promise<DataSource> {
  const { DATABASE_DIRECT_URL: direct, DATABASE_POOL_SIZE: poolSize, DATABASE_POOLER: pooler } = config;
  if (direct !== undefined && config.MIGRATE_ON_START) await migrate(direct);
  const pooled = pooler === 'transaction';
  const dataSource = await connect('DATABASE_URL', createApiDataSource({ url, poolSize, pooled }));
  try {
    const migrates = config.MIGRATE_ON_START && direct === undefined;
    await (migrates ? runMigrations(dataSource) : refuseNewerDatabase(dataSource));
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

async function migrate(url: string): Promise<void> {
  const dataSource = await connect('DATABASE_DIRECT_URL', createApiDataSource({ url, poolSize: 1 }));
  try {
    await runMigrations(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

async function connect(setting: string, dataSource: DataSource): Promise<DataSource> {
  try {
    return await dataSource.initialize();
  } catch (error) {
    throw new Error(`No connection to the database of ${setting}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
