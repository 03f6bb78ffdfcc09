import {
  DatabaseIsNewer,
  DatabaseNeedsAdoption,
  migrationStatus,
  refuseNewerDatabase,
  revertLast,
  runMigrations,
} from '@app/database';
import { type DataSource } from 'typeorm';
import { readCatalog } from '../../apps/api/src/database/catalog';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { migrations } from '../../apps/api/src/database/migrations';
import { openDatabase } from '../../apps/api/src/database/open-database';
import { SAMPLE_ROWS } from '../support/sample-rows';
import { makeByHand } from '../support/schema-reference';
import { createScratchDatabase, type ScratchDatabase } from '../support/scratch-database';

const NAMES = migrations.map(({ name }) => name);

describe('migrating', () => {
  let database: ScratchDatabase;
  const dataSources: DataSource[] = [];

  const connect = async (): Promise<DataSource> => {
    const dataSource = await createApiDataSource({ url: database.url, poolSize: 1 }).initialize();
    dataSources.push(dataSource);
    return dataSource;
  };

  beforeEach(async () => {
    database = await createScratchDatabase();
  });

  afterEach(async () => {
    await Promise.all(dataSources.splice(0).map((dataSource) => dataSource.destroy()));
    await database.drop();
  });

  it('goes up, down and up again with rows in every table, losing nothing that the older schema has', async () => {
    const dataSource = await connect();
    await upTo(dataSource, 1);
    await database.query(SAMPLE_ROWS);
    await database.query(
      'UPDATE code_metrics SET lines_of_code = 0; UPDATE features SET last_updated = now()',
    );
    for (let applied = 1; applied < NAMES.length; applied += 1) {
      const before = [await readCatalog(database, 'public'), await rowsOf(database)] as const;
      await upTo(dataSource, applied + 1);
      const after = [await readCatalog(database, 'public'), await rowsOf(database)] as const;
      expect(await revertLast(dataSource)).toBe(NAMES[applied]);
      expect(await readCatalog(database, 'public')).toEqual(before[0]);
      // The second one fills gaps and adds no column: what was filled in stays.
      expect(await rowsOf(database)).toEqual(applied === 1 ? after[1] : before[1]);
      await upTo(dataSource, applied + 1);
      expect([await readCatalog(database, 'public'), await rowsOf(database)]).toEqual(after);
    }
  });

  it('goes down to nothing but the extension, and up again', async () => {
    const dataSource = await connect();
    expect(await runMigrations(dataSource)).toEqual(NAMES);
    const full = await readCatalog(database, 'public');
    for (const name of NAMES.toReversed()) expect(await revertLast(dataSource)).toBe(name);
    expect(await revertLast(dataSource)).toBeNull();
    const nothing = await readCatalog(database, 'public');
    expect(nothing.tables).toEqual(['migrations']);
    expect(nothing.functions).toEqual([]);
    expect(await runMigrations(dataSource)).toEqual(NAMES);
    const again = await readCatalog(database, 'public');
    expect({ ...again, tables: again.tables.toSorted() }).toEqual({
      ...full,
      tables: full.tables.toSorted(),
    });
  });

  it('does it once when two processes start at the same moment', async () => {
    const [one, two] = [await connect(), await connect()];
    const done = await Promise.all([runMigrations(one), runMigrations(two)]);
    expect(done.toSorted((a, b) => a.length - b.length)).toEqual([[], NAMES]);
  });

  it('tells what is applied, what is pending and what a newer build did', async () => {
    const dataSource = await connect();
    expect(await migrationStatus(dataSource)).toEqual(
      NAMES.map((name) => ({ name, applied: false, known: true })),
    );
    await upTo(dataSource, 2);
    await database.query(
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')`,
    );
    expect(await migrationStatus(dataSource)).toEqual([
      ...NAMES.map((name, place) => ({ name, applied: place < 2, known: true })),
      { name: 'FromTheFuture9999999999999', applied: true, known: false },
    ]);
  });

  it('refuses a database that a newer build has migrated: up, down, and where it does not migrate', async () => {
    const dataSource = await connect();
    await runMigrations(dataSource);
    await refuseNewerDatabase(dataSource);
    await database.query(
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')`,
    );
    await expect(runMigrations(dataSource)).rejects.toThrow(DatabaseIsNewer);
    await expect(refuseNewerDatabase(dataSource)).rejects.toThrow(DatabaseIsNewer);
    await expect(revertLast(dataSource)).rejects.toThrow(/FromTheFuture9999999999999/);
    for (const MIGRATE_ON_START of [true, false]) {
      const opened = openDatabase({ MIGRATE_ON_START, DATABASE_POOL_SIZE: 1 }, database.url);
      await expect(opened).rejects.toThrow(DatabaseIsNewer);
    }
  });

  it('points to adopting where the tables were made by hand', async () => {
    await makeByHand(database);
    await expect(runMigrations(await connect())).rejects.toThrow(DatabaseNeedsAdoption);
  });
});

/** Runs the first `count` migrations that are not applied yet, by hiding the others. */
async function upTo(dataSource: DataSource, count: number): Promise<void> {
  const all = [...dataSource.migrations];
  dataSource.migrations.splice(count);
  try {
    await runMigrations(dataSource);
  } finally {
    dataSource.migrations.splice(0, Infinity, ...all);
  }
}

/** Every row as JSON, by table. */
async function rowsOf(database: ScratchDatabase): Promise<Record<string, unknown[]>> {
  const { tables } = await readCatalog(database, 'public');
  const rows: Record<string, unknown[]> = {};
  for (const table of tables.filter((name) => name !== 'migrations')) {
    rows[table] = await database.query(`SELECT to_jsonb(t)::text AS row FROM ${table} t ORDER BY 1`);
  }
  return rows;
}
