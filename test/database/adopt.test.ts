import { migrationStatus, runMigrations } from '@app/database';
import { type DataSource } from 'typeorm';
import { adoptDatabase } from '../../apps/api/src/database/adopt';
import { type Catalog, readCatalog } from '../../apps/api/src/database/catalog';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { migrations } from '../../apps/api/src/database/migrations';
import { createScratchDatabase, type ScratchDatabase } from '../support/scratch-database';
import { databaseByHand } from './by-hand';

const NAMES = migrations.map(({ name }) => name);

describe('adopting a database made by hand', () => {
  let database: ScratchDatabase;
  let dataSource: DataSource;

  beforeEach(async () => {
    ({ database, dataSource } = await databaseByHand());
  });

  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('records the first migration, runs the others and keeps every row', async () => {
    const result = await adoptDatabase(dataSource);
    expect(result).toMatchObject({
      outcome: 'adopted',
      dryRun: false,
      rows: {
        users: 2,
        tasks: 2,
        messages: 1,
        attachments: 1,
        features: 1,
        code_metrics: 1,
        stage_transitions: 2,
      },
      migrations: NAMES.slice(1),
    });
    expect((await migrationStatus(dataSource)).every(({ applied }) => applied)).toBe(true);
    expect(await runMigrations(dataSource)).toEqual([]);
    expect(
      await database.query(
        `SELECT username, status, role, updated_at::text, created_at::text FROM users ORDER BY id`,
      ),
    ).toEqual([
      {
        username: 'ada',
        status: 'active',
        role: 'admin',
        updated_at: '2020-02-02 03:04:05.654321+00',
        created_at: '2020-01-02 03:04:05.123456+00',
      },
      {
        username: 'zoë 🚀',
        status: 'active',
        role: 'user',
        updated_at: '2021-01-01 00:00:00+00',
        created_at: '2021-01-01 00:00:00+00',
      },
    ]);
  });

  it('tells which gaps it filled from the defaults', async () => {
    const result = await adoptDatabase(dataSource);
    expect(result).toMatchObject({
      filled: expect.arrayContaining([
        { table: 'users', column: 'status', rows: 1 },
        { table: 'tasks', column: 'priority', rows: 1 },
        { table: 'features', column: 'completion_percentage', rows: 1 },
        { table: 'code_metrics', column: 'tokens_used', rows: 1 },
      ]),
    });
    expect(await database.query('SELECT status, priority FROM tasks WHERE title = $1', ['gaps'])).toEqual([
      { status: 'pending', priority: 0 },
    ]);
  });

  it('numbers the transitions by their time', async () => {
    await adoptDatabase(dataSource);
    expect(
      await database.query('SELECT to_stage, sequence FROM stage_transitions ORDER BY sequence'),
    ).toEqual([
      { to_stage: 'planning', sequence: '1' },
      { to_stage: 'design', sequence: '2' },
    ]);
    const [next] = await database.query<Array<{ sequence: string }>>(
      `INSERT INTO stage_transitions (feature_id, to_stage) SELECT id, 'x' FROM features RETURNING sequence`,
    );
    expect(next?.sequence).toBe('3');
  });

  it('makes the schema that migrating an empty database makes', async () => {
    await adoptDatabase(dataSource);
    const fresh = await createScratchDatabase();
    const other = await createApiDataSource({ url: fresh.url, poolSize: 1 }).initialize();
    await runMigrations(other);
    await other.destroy();
    const expected = await readCatalog(fresh, 'public');
    await fresh.drop();
    expect(byName(await readCatalog(database, 'public'))).toEqual(byName(expected));
  });

  it('answers the same on a dry run, and changes nothing', async () => {
    const before = await readCatalog(database, 'public');
    const rehearsed = await adoptDatabase(dataSource, { dryRun: true });
    expect(rehearsed).toMatchObject({ outcome: 'adopted', dryRun: true, migrations: NAMES.slice(1) });
    expect(await readCatalog(database, 'public')).toEqual(before);
    expect(await adoptDatabase(dataSource)).toEqual({ ...rehearsed, dryRun: false });
  });
});

/** The table of migrations is made at another moment, so the order of the tables differs. */
function byName(catalog: Catalog) {
  return {
    ...catalog,
    tables: catalog.tables.toSorted(),
    columns: sorted(catalog.columns),
    constraints: sorted(catalog.constraints),
  };
}

function sorted<T extends { readonly table: string }>(objects: readonly T[]): T[] {
  return objects.toSorted((a, b) => a.table.localeCompare(b.table));
}
