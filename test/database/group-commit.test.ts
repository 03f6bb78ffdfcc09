import { statement } from '@app/database';
import { BareDatabase } from '../support/bare-database';

const ADD = statement(
  'INSERT INTO notes (text) VALUES ($1) RETURNING text, xmin::text AS transaction, pg_backend_pid() AS server',
  { row: null },
);
const CHANGE = statement(
  'UPDATE notes SET text = $2 WHERE id = $1 RETURNING text, xmin::text AS transaction, pg_backend_pid() AS server',
  { row: 1 },
);

type Note = { text: string; transaction: string; server: number };

describe('writes that are committed together', () => {
  let bare: BareDatabase;
  let admin: BareDatabase['admin'];
  let database: BareDatabase['database'];

  beforeEach(async () => {
    bare = await BareDatabase.start(
      'CREATE TABLE notes (id SERIAL PRIMARY KEY, text TEXT UNIQUE CHECK (text <> $$refused$$))',
    );
    ({ admin, database } = bare);
  });
  afterEach(() => bare.close());

  const add = (text: string) => database.query<Note>(ADD, [text]);
  const texts = async () => {
    const { rows } = await admin.query<{ text: string }>('SELECT text FROM notes ORDER BY text');
    return rows.map(({ text }) => text);
  };
  const numbered = (count: number) => Array.from({ length: count }, (_, i) => `note ${100 + i}`);
  const transactions = (answers: Note[][]) => new Set(answers.flat().map(({ transaction }) => transaction));

  it('share transactions when they come at once, and each has its own answer', async () => {
    const answers = await Promise.all(numbered(100).map(add));
    expect(answers.flat().map(({ text }) => text)).toEqual(numbered(100));
    // At most 64 share one.
    expect(transactions(answers).size).toBe(2);
    expect(await texts()).toEqual(numbered(100));
  });

  it('have a transaction each when they come one by one', async () => {
    expect(transactions([await add('a'), await add('b')]).size).toBe(2);
  });

  it('run again alone when one of them is refused: only that one fails', async () => {
    const outcomes = await Promise.allSettled([...numbered(5), 'refused', 'note 100', 'last'].map(add));
    const codes = outcomes.map((each) =>
      each.status === 'rejected' ? (each.reason as { code: string }).code : 'kept',
    );
    expect(codes.filter((code) => code !== 'kept').toSorted()).toEqual(['23505', '23514']);
    expect(codes[5]).toBe('23514');
    expect(await texts()).toEqual(['last', ...numbered(5)]);
  });

  it('change a row once in each transaction, whose number tells its versions apart', async () => {
    await add('start');
    const answers = await Promise.all(
      ['one', 'two', 'three'].map((text) => database.query<Note>(CHANGE, [1, text])),
    );
    expect(transactions(answers).size).toBe(3);
    expect(['one', 'two', 'three']).toEqual(expect.arrayContaining(await texts()));
  });

  it('leave alone a write that waits for a row, which is done when the row is free', async () => {
    await Promise.all(numbered(2).map(add));
    await admin.query('BEGIN');
    await admin.query('SELECT FROM notes WHERE id = 1 FOR UPDATE');
    const waiting = database.query<Note>(CHANGE, [1, 'changed']);
    const [company] = await Promise.all([add('company'), database.query<Note>(CHANGE, [2, 'other'])]);
    expect(company[0]?.text).toBe('company');
    await admin.query('COMMIT');
    expect((await waiting)[0]?.text).toBe('changed');
    expect(await texts()).toEqual(['changed', 'company', 'other']);
  });

  it('are not run again when their connection breaks, since they may have been committed', async () => {
    await admin.query(`
      CREATE FUNCTION end_connection() RETURNS TRIGGER AS $$ BEGIN
        PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$ LANGUAGE plpgsql;
      CREATE TRIGGER end_connection BEFORE INSERT ON notes
        FOR EACH ROW WHEN (NEW.text = 'the end') EXECUTE FUNCTION end_connection()`);
    const outcomes = await Promise.allSettled(['company', 'the end'].map(add));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await texts()).toEqual([]);
    expect((await add('after'))[0]?.text).toBe('after');
  });
});
