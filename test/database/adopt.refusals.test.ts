import { type DataSource } from 'typeorm';
import { adoptDatabase } from '../../apps/api/src/database/adopt';
import { UnknownMapping } from '../../apps/api/src/database/adoption-survey';
import { readCatalog } from '../../apps/api/src/database/catalog';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { migrations } from '../../apps/api/src/database/migrations';
import { createScratchDatabase, type ScratchDatabase } from '../support/scratch-database';
import { databaseByHand } from './by-hand';

const CASCADE_LOST = `ALTER TABLE code_metrics DROP CONSTRAINT code_metrics_feature_id_fkey,
  ADD CONSTRAINT code_metrics_feature_id_fkey FOREIGN KEY (feature_id) REFERENCES features(id)`;

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

  describe('with values that do not fit', () => {
    beforeEach(async () => {
      await database.query(`
        INSERT INTO tasks (title, status, priority) VALUES ('a', 'done', 0), ('b', 'done', 0), ('c', 'todo', 9);
        INSERT INTO users (username, email, password_hash) VALUES ('Ada', 'ADA@example.org', 'x');
        INSERT INTO stage_transitions (to_stage) VALUES ('design');
      `);
    });

    it('refuses with the list and leaves everything as it was', async () => {
      const before = await readCatalog(database, 'public');
      const same = { kind: 'differs_only_in_case', rows: 1, rule: 'unique without regard to case' };
      const status = expect.stringContaining('completed');
      expect(await adoptDatabase(dataSource)).toEqual({
        outcome: 'refused',
        reason: 'values_do_not_fit',
        misfits: [
          {
            kind: 'missing',
            table: 'stage_transitions',
            column: 'feature_id',
            value: null,
            rows: 1,
            rule: 'NOT NULL',
          },
          {
            kind: 'not_allowed',
            table: 'tasks',
            column: 'priority',
            value: '9',
            rows: 1,
            rule: 'priority BETWEEN 0 AND 4',
          },
          { kind: 'not_allowed', table: 'tasks', column: 'status', value: 'done', rows: 2, rule: status },
          { kind: 'not_allowed', table: 'tasks', column: 'status', value: 'todo', rows: 1, rule: status },
          { ...same, table: 'users', column: 'email', value: 'ADA@example.org' },
          { ...same, table: 'users', column: 'email', value: 'ada@example.org' },
          { ...same, table: 'users', column: 'username', value: 'Ada' },
          { ...same, table: 'users', column: 'username', value: 'ada' },
        ],
      });
      expect(await readCatalog(database, 'public')).toEqual(before);
    });

    it('adopts once each has been given a new value', async () => {
      await database.query('DELETE FROM stage_transitions WHERE feature_id IS NULL');
      const stamp = `SELECT updated_at::text FROM tasks WHERE title = 'a'`;
      const before = await database.query(stamp);
      const map = {
        'tasks.status:done': 'completed',
        'status:todo': 'pending',
        'priority:9': '4',
        'username:Ada': 'ada2',
        'email:ADA@example.org': 'ada2@example.org',
      };
      const result = await adoptDatabase(dataSource, { map });
      expect(result).toMatchObject({
        outcome: 'adopted',
        mapped: expect.arrayContaining([
          { table: 'tasks', column: 'status', from: 'done', to: 'completed', rows: 2 },
          { table: 'users', column: 'username', from: 'Ada', to: 'ada2', rows: 1 },
        ]),
      });
      expect(await database.query(`SELECT count(*)::int AS n FROM tasks WHERE status = 'completed'`)).toEqual(
        [{ n: 3 }],
      );
      expect(await database.query(stamp)).toEqual(before);
    });

    it('refuses a mapping to a value that does not fit either, and one that names no column', async () => {
      expect(await adoptDatabase(dataSource, { map: { 'status:done': 'finished' } })).toMatchObject({
        misfits: expect.arrayContaining([expect.objectContaining({ value: 'finished', rows: 2 })]),
      });
      await expect(adoptDatabase(dataSource, { map: { 'state:done': 'completed' } })).rejects.toThrow(
        UnknownMapping,
      );
    });
  });

  it.each([
    [
      'a column of another length',
      'ALTER TABLE users ALTER COLUMN role TYPE varchar(20)',
      'column users.role',
    ],
    ['a column more', 'ALTER TABLE users ADD COLUMN shoe_size int', 'column users.shoe_size'],
    ['an index less', 'DROP INDEX idx_tasks_status', 'index idx_tasks_status'],
    ['a key without its cascade', CASCADE_LOST, 'constraint code_metrics.code_metrics_feature_id_fkey'],
    [
      'a trigger less',
      'DROP TRIGGER update_users_updated_at ON users',
      'trigger users.update_users_updated_at',
    ],
    ['a table less', 'DROP TABLE attachments', 'table attachments'],
  ])('refuses %s, and names it', async (_what, change, object) => {
    await database.query(change);
    expect(await adoptDatabase(dataSource)).toMatchObject({
      outcome: 'refused',
      reason: 'not_the_reference',
      differences: expect.arrayContaining([expect.objectContaining({ object })]),
    });
  });

  it('leaves alone what the team added beside the tables, unless it is in the way', async () => {
    await database.query('CREATE TABLE notes (id int); CREATE INDEX mine ON tasks (title)');
    expect(await adoptDatabase(dataSource, { dryRun: true })).toMatchObject({ outcome: 'adopted' });
    await database.query('CREATE TABLE sessions (id int)');
    expect(await adoptDatabase(dataSource)).toEqual({
      outcome: 'refused',
      reason: 'tables_in_the_way',
      tables: ['sessions'],
    });
  });

  it('refuses a database that is migrated already', async () => {
    await adoptDatabase(dataSource);
    expect(await adoptDatabase(dataSource)).toEqual({
      outcome: 'refused',
      reason: 'migrated_already',
      migrations: migrations.map(({ name }) => name),
    });
  });
});

test('an empty database has nothing to adopt', async () => {
  const database = await createScratchDatabase();
  const dataSource = await createApiDataSource({ url: database.url, poolSize: 1 }).initialize();
  expect(await adoptDatabase(dataSource)).toEqual({ outcome: 'refused', reason: 'empty' });
  await dataSource.destroy();
  await database.drop();
});
