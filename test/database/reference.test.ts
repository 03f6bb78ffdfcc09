import { runMigrations } from '@app/database';
import { type Catalog, readCatalog } from '../../apps/api/src/database/catalog';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { CreateInitialSchema1795305600000 as InitialSchema } from '../../apps/api/src/database/migrations/1795305600000-CreateInitialSchema';
import { makeByHand, readReferenceSql } from '../support/schema-reference';
import { createScratchDatabase, type ScratchDatabase } from '../support/scratch-database';

describe('the schema reference', () => {
  const databases: ScratchDatabase[] = [];
  let reference: Catalog;

  const empty = async (): Promise<ScratchDatabase> => {
    const database = await createScratchDatabase();
    databases.push(database);
    return database;
  };

  beforeAll(async () => {
    const database = await empty();
    await makeByHand(database);
    reference = await readCatalog(database, 'public');
  });

  afterAll(async () => {
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('is read whole: seven tables, their indexes, the function and its triggers', async () => {
    const sql = (await readReferenceSql()).join('\n');
    expect(reference.tables).toHaveLength(sql.match(/^CREATE TABLE/gm)?.length ?? 0);
    expect(reference.tables).toHaveLength(7);
    expect(reference.indexes).toHaveLength(sql.match(/^CREATE INDEX/gm)?.length ?? 0);
    expect(reference.triggers).toHaveLength(3);
    expect(reference.functions).toHaveLength(1);
  });

  it('is what the first migration makes, exactly', async () => {
    const database = await empty();
    const dataSource = await createApiDataSource({ url: database.url, poolSize: 1 }).initialize();
    const queryRunner = dataSource.createQueryRunner();
    await new InitialSchema().up(queryRunner);
    await queryRunner.release();
    await dataSource.destroy();
    expect(await readCatalog(database, 'public')).toEqual(reference);
  });

  it('is still there after all migrations: nothing renamed, retyped or without its default', async () => {
    const database = await empty();
    const dataSource = await createApiDataSource({ url: database.url, poolSize: 1 }).initialize();
    await runMigrations(dataSource);
    await dataSource.destroy();
    const now = await readCatalog(database, 'public');
    expect(now.tables.filter((table) => reference.tables.includes(table))).toEqual(reference.tables);
    const untightened = now.columns.map((column) => ({ ...column, nullable: expect.any(Boolean) }));
    expect(untightened).toEqual(expect.arrayContaining(reference.columns.map(withAnyNull)));
    expect(orderOfColumns(now, reference)).toEqual(orderOfColumns(reference, reference));
    for (const kind of ['constraints', 'indexes', 'triggers', 'functions'] as const) {
      expect(now[kind]).toEqual(expect.arrayContaining<unknown>(reference[kind]));
    }
  });
});

const withAnyNull = (column: Catalog['columns'][number]) => ({ ...column, nullable: expect.any(Boolean) });

/** The reference's columns of each table, in the order in which `catalog` has them. */
function orderOfColumns(catalog: Catalog, reference: Catalog): string[] {
  const named = reference.columns.map(({ table, name }) => `${table}.${name}`);
  return catalog.columns
    .map(({ table, name }) => `${table}.${name}`)
    .filter((column) => named.includes(column));
}
