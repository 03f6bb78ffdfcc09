import type { DataSource } from 'typeorm';
import { refuseNewerDatabase, runMigrations } from '@app/database';
import type { Config } from '../config/config';
import { createApiDataSource } from './data-source';

/**
 * Connects and, unless `MIGRATE_ON_START` is off, brings the schema up to date.
 *
 * @throws DatabaseIsNewer, DatabaseNeedsAdoption
 */
export async function openDatabase(
  { DATABASE_POOL_SIZE, MIGRATE_ON_START }: Pick<Config, 'DATABASE_POOL_SIZE' | 'MIGRATE_ON_START'>,
  url: string,
): Promise<DataSource> {
  const dataSource = createApiDataSource({ url, poolSize: DATABASE_POOL_SIZE });
  await dataSource.initialize().catch((error: unknown) => {
    throw new Error(`No connection to the database of DATABASE_URL: ${(error as Error).message}`, {
      cause: error,
    });
  });
  try {
    await (MIGRATE_ON_START ? runMigrations(dataSource) : refuseNewerDatabase(dataSource));
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
