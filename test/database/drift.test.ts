import { type DataSource } from 'typeorm';
import { runMigrations } from '@app/database';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { createScratchDatabase, type ScratchDatabase } from '../support/scratch-database';

describe('the entities and the migrations', () => {
  let database: ScratchDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createScratchDatabase();
    dataSource = await createApiDataSource({ url: database.url, poolSize: 2 }).initialize();
    await runMigrations(dataSource);
  });

  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  it('leave nothing for migration:generate to write', async () => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });
});
