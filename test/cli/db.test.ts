import { createTestDatabase } from '@app/database';
import { migrations } from '../../apps/api/src/database/migrations';
import { SAMPLE_ROWS } from '../support/sample-rows';
import { makeByHand } from '../support/schema-reference';
import { createScratchDatabase, type ScratchDatabase } from '../support/scratch-database';
import { fuse } from './fuse';

const NAMES = migrations.map(({ name }) => name);
const NEWEST = NAMES.at(-1) ?? '';

let database: ScratchDatabase;

beforeEach(async () => {
  database = await createScratchDatabase();
});

afterEach(() => database.drop());

const db = (...args: string[]) => fuse({ DATABASE_URL: database.url }, ['db', ...args]);
const linesOf = ({ stdout }: { stdout: string }) => stdout.trimEnd().split('\n');

describe('fuse db', () => {
  it('migrates, tells where it is, and goes one step back', async () => {
    expect(linesOf(await db('status'))).toEqual(NAMES.map((name) => `pending  ${name}`));
    expect(linesOf(await db('migrate'))).toEqual(NAMES.map((name) => `Applied ${name}`));
    expect(await db('migrate')).toEqual({ code: 0, stdout: 'The schema is up to date.\n', stderr: '' });
    expect(linesOf(await db('status'))).toEqual(NAMES.map((name) => `applied  ${name}`));
    expect(await db('revert')).toEqual({ code: 0, stdout: `Reverted ${NEWEST}\n`, stderr: '' });
    expect(linesOf(await db('status')).at(-1)).toBe(`pending  ${NEWEST}`);
  });

  it('has nothing to revert in an empty database', async () => {
    expect(await db('revert')).toEqual({ code: 0, stdout: 'No migration is applied.\n', stderr: '' });
  });

  it('shows what a newer version did, and leaves it alone', async () => {
    await db('migrate');
    await database.query(
      `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
    );
    expect(linesOf(await db('status')).at(-1)).toBe('applied  Later9999999999999  (of a newer version)');
    const newer = { code: 1, stdout: '', stderr: expect.stringContaining('by a newer version') };
    expect(await db('migrate')).toEqual(newer);
    expect(await db('revert')).toEqual(newer);
  });
});

describe('fuse db adopt', () => {
  it('is what migrating a database made by hand leads to', async () => {
    await makeByHand(database);
    expect(await db('migrate')).toMatchObject({ code: 1, stderr: expect.stringContaining('fuse db adopt') });
  });

  it('takes it over with its rows', async () => {
    await makeByHand(database);
    await database.query(SAMPLE_ROWS);
    const rehearsed = await db('adopt', '--dry-run');
    expect(rehearsed).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing was changed') });
    const adopted = await db('adopt');
    expect(adopted).toMatchObject({ code: 0, stderr: '' });
    expect(linesOf(adopted).at(-1)).toBe('Adopted the database, with 10 rows.');
    expect(adopted.stdout).toContain(`Applied ${NEWEST}\n`);
    expect(adopted.stdout).toContain('Filled tasks.priority from its default in 1 row\n');
    expect(await db('migrate')).toMatchObject({ code: 0, stdout: 'The schema is up to date.\n' });
  });

  it('lists what does not fit, and takes new values for it', async () => {
    await makeByHand(database);
    await database.query(
      `INSERT INTO tasks (title, status, priority) VALUES ('a', 'a=b', 0), ('b', 'todo', 9)`,
    );
    const refused = await db('adopt');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('tasks.status is "todo" in 1 row; rule: ');
    expect(refused.stderr).toContain('tasks.priority is "9" in 1 row; rule: priority BETWEEN 0 AND 4');
    const map = ['--map', 'tasks.status:a=b=blocked', 'status:todo=pending', '--map', 'priority:9=4'];
    const adopted = await db('adopt', ...map);
    expect(adopted).toMatchObject({ code: 0, stderr: '' });
    expect(adopted.stdout).toContain('Replaced tasks.status "a=b" by "blocked" in 1 row\n');
    expect(await database.query('SELECT status, priority FROM tasks ORDER BY title')).toEqual([
      { status: 'blocked', priority: 0 },
      { status: 'pending', priority: 4 },
    ]);
  });

  it('names what differs from the reference', async () => {
    await makeByHand(database);
    await database.query('DROP INDEX idx_tasks_status');
    expect(await db('adopt')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('index idx_tasks_status: missing'),
    });
  });

  it('has nothing to do in an empty database, or in a migrated one', async () => {
    expect(await db('adopt')).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing to adopt') });
    await db('migrate');
    expect(await db('adopt')).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing to adopt') });
  });

  it('names tables that are in the way', async () => {
    await makeByHand(database);
    await database.query('CREATE TABLE sessions (id int)');
    expect(await db('adopt')).toMatchObject({ code: 1, stderr: expect.stringContaining('sessions') });
  });

  it.each([['status'], ['=x'], ['state:a=b']])('takes --map %s for wrong usage', async (pair) => {
    await makeByHand(database);
    expect(await db('adopt', '--map', pair)).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('what is asked for wrongly', () => {
  it.each([
    [['nonsense'], 2],
    [['db'], 2],
    [['db', 'nonsense'], 2],
    [['db', 'status', 'more'], 2],
    [['db', 'status', '--more'], 2],
    [['import', 'github'], 2],
    [['--help'], 0],
    [['import', 'github', '--help'], 0],
    [['--version'], 0],
  ])('%j is exit code %d', async (args, code) => {
    expect(await fuse({}, args)).toMatchObject({ code });
  });

  it('is told: a wrong setting, a server that is not there', async () => {
    const status = ['db', 'status'];
    expect(await fuse({ DATABASE_URL: 'mysql://x' }, status)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Wrong setting: DATABASE_URL: must begin with postgres:// or postgresql://\n',
    });
    const away = await fuse({ DATABASE_URL: 'postgres://fuse@127.0.0.1:1/fuse' }, status);
    expect(away).toMatchObject({ code: 1, stderr: expect.stringContaining('ECONNREFUSED') });
    const { url, drop } = await createTestDatabase({ migrated: false });
    await drop();
    const gone = await fuse({ DATABASE_URL: url }, status);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('does not exist') });
    expect(gone.stderr.split('\n')).toHaveLength(2);
  });
});
