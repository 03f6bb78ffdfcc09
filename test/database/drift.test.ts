import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runMigrations } from '@app/database';
import { type DataSource } from 'typeorm';
import { type Catalog, readCatalog } from '../../apps/api/src/database/catalog';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { migrations } from '../../apps/api/src/database/migrations';
import { createScratchDatabase, type ScratchDatabase } from '../support/scratch-database';

const MIGRATIONS = join(__dirname, '../../apps/api/src/database/migrations');

/** Indexes that an entity can name but not describe: expressions, collations, descending columns. */
const BEYOND_ENTITIES = /COLLATE|DESC|COALESCE|lower\(|USING gin/;

describe('the entities and the migrations', () => {
  const databases: ScratchDatabase[] = [];
  const dataSources: DataSource[] = [];

  const connect = async (): Promise<[DataSource, ScratchDatabase]> => {
    const database = await createScratchDatabase();
    databases.push(database);
    const dataSource = await createApiDataSource({ url: database.url, poolSize: 2 }).initialize();
    dataSources.push(dataSource);
    return [dataSource, database];
  };

  afterEach(async () => {
    await Promise.all(dataSources.splice(0).map((dataSource) => dataSource.destroy()));
    await Promise.all(databases.splice(0).map((database) => database.drop()));
  });

  it('leave nothing for migration:generate to write', async () => {
    const [dataSource] = await connect();
    await runMigrations(dataSource);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  // migration:generate compares names only of CHECKs, and neither predicates nor the order of columns of indexes.
  it('make the same tables, constraints and indexes', async () => {
    const [migrated, byMigrations] = await connect();
    await runMigrations(migrated);
    const [described, byEntities] = await connect();
    await byEntities.query('CREATE EXTENSION "uuid-ossp"');
    const { upQueries } = await described.driver.createSchemaBuilder().log();
    for (const { query } of upQueries) await byEntities.query(query);
    expect(comparable(await readCatalog(byEntities, 'public'))).toEqual(
      comparable(await readCatalog(byMigrations, 'public')),
    );
  });

  it('run every file of the folder, in the order of its timestamps', async () => {
    const files = (await readdir(MIGRATIONS)).filter((file) => file.endsWith('.ts')).sort();
    const named = files.map((file) => file.replace(/^(\d+)-(\w+)\.ts$/, '$2$1'));
    expect(migrations.map(({ name }) => name)).toEqual(named);
    expect(migrations.map((migration) => new migration().name)).toEqual(named);
  });
});

function comparable({ columns, constraints, indexes }: Catalog) {
  const ours = <T extends { table: string | null }>(objects: readonly T[]): T[] =>
    objects.filter(({ table }) => table !== 'migrations');
  const sorted = <T>(objects: readonly T[]): T[] =>
    [...objects].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  return {
    columns: sorted(ours(columns).map((column) => ({ ...column, default: plain(column.default) }))),
    constraints: sorted(ours(constraints)),
    indexes: sorted(ours(indexes).filter(({ definition }) => !BEYOND_ENTITIES.test(definition))),
  };
}

/** TypeORM writes now() where an entity says CURRENT_TIMESTAMP, and quotes numbers; both mean the same. */
function plain(value: string | null): string | null {
  return value === 'CURRENT_TIMESTAMP' ? 'now()' : (value?.replace(/^'(\d+)'::[a-z ]+$/, '$1') ?? null);
}
