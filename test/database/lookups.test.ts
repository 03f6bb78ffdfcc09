import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { byKey, lookUp } from '@app/database';
import { Connection } from '../../libs/database/src/connection';
import { BareDatabase } from '../support/bare-database';

type Note = { key: string; text: string; batch: string };

/** `batch`: which execution read the row. */
const NOTE = byKey(`
  SELECT n.id::text AS key, n.text, statement_timestamp()::text || pg_backend_pid() AS batch FROM notes n WHERE n.id = ANY($1)`);
const NOTE_BY_TEXT = byKey(`
  SELECT n.text AS key, n.text, statement_timestamp()::text || pg_backend_pid() AS batch FROM notes n WHERE n.text = ANY($1)`);

describe('rows that are looked up by key', () => {
  let bare: BareDatabase;
  let admin: BareDatabase['admin'];
  let database: BareDatabase['database'];

  beforeEach(async () => {
    bare = await BareDatabase.start(
      'CREATE TABLE notes (id INT PRIMARY KEY, text TEXT)',
      `INSERT INTO notes SELECT i, 'note ' || i FROM generate_series(1, 9) i`,
    );
    ({ admin, database } = bare);
  });
  afterEach(() => bare.close());

  const note = (key: string) => lookUp<Note>(database, NOTE, key);
  const batches = (notes: (Note | undefined)[]) => new Set(notes.map((each) => each?.batch));

  it('are read together when they are asked for at once, and each goes to who asked', async () => {
    const notes = await Promise.all(['3', '1', '404', '3', '2'].map(note));
    expect(notes.map((each) => each?.text)).toEqual(['note 3', 'note 1', undefined, 'note 3', 'note 2']);
    expect(batches(notes.filter(Boolean)).size).toBe(1);
  });

  it('are read one by one when they are asked for one by one', async () => {
    expect(batches([await note('1'), await note('2')]).size).toBe(2);
  });

  it('are read with others of their statement alone', async () => {
    const [byId, byText] = await Promise.all([note('1'), lookUp<Note>(database, NOTE_BY_TEXT, 'note 2')]);
    expect([byId?.text, byText?.text]).toEqual(['note 1', 'note 2']);
  });

  it('do not fail for a key that cannot be read', async () => {
    const outcomes = await Promise.allSettled(['1', 'no number', '2'].map(note));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('are read anew each time, with what was committed before they were asked for', async () => {
    await note('1');
    await admin.query(`UPDATE notes SET text = 'changed' WHERE id = 1`);
    expect((await note('1'))?.text).toBe('changed');
  });

  it('are read by the transaction that encloses them, and by no other', async () => {
    await database.enclosing(async (tx) => {
      await tx.query({ text: `UPDATE notes SET text = 'mine' WHERE id = 1` });
      const [inside, outside] = await Promise.all([
        note('1'),
        admin.query('SELECT text FROM notes WHERE id = 1'),
      ]);
      expect([inside?.text, outside.rows[0]]).toEqual(['mine', { text: 'note 1' }]);
    });
  });
});

describe('a server that is silent', () => {
  let server: Server;

  beforeEach(async () => {
    server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  it('is given up, and those who wait for it are told', async () => {
    const { port } = server.address() as { port: number };
    const connection = new Connection({ host: '127.0.0.1', port, user: 'nobody', database: 'none' }, 50);
    await expect(connection.query({ text: 'SELECT 1' }, [])).rejects.toThrow(/terminated/);
    expect(connection.pending).toBe(0);
  });
});
