import type { DataSource } from 'typeorm';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { SAMPLE_ROWS } from '../support/sample-rows';
import { makeByHand } from '../support/schema-reference';
import { createScratchDatabase, type ScratchDatabase } from '../support/scratch-database';

export interface ByHand {
  readonly database: ScratchDatabase;
  readonly dataSource: DataSource;
}

/** A database that somebody made by the schema reference alone, with rows in it. */
export async function databaseByHand(): Promise<ByHand> {
  const database = await createScratchDatabase();
  await makeByHand(database);
  await database.query(SAMPLE_ROWS);
  return { database, dataSource: await createApiDataSource({ url: database.url, poolSize: 1 }).initialize() };
}
