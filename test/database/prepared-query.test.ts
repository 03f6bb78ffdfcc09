import { Connection as Wire } from 'pg';
import { statement } from '@app/database';
import { Connection } from '../../libs/database/src/connection';
import { BareDatabase } from '../support/bare-database';
import { until } from '../support/until';

const NOTE = statement('SELECT n.id, n.text, n.at FROM notes n WHERE n.id = $1');

describe('named statements over a shared connection', () => {
  let bare: BareDatabase;
  let connection: Connection;
  let descriptions: jest.SpyInstance;

  beforeEach(async () => {
    bare = await BareDatabase.start(
      'CREATE TABLE notes (id INT PRIMARY KEY, text TEXT, at DATE)',
      `INSERT INTO notes SELECT i, 'note ' || i FROM generate_series(1, 3) i`,
    );
    connection = new Connection({ connectionString: bare.url });
    descriptions = jest.spyOn(Wire.prototype, 'describe');
  });
  afterEach(async () => {
    descriptions.mockRestore();
    await connection.close();
    await bare.close();
  });

  const note = (id: number | string) => connection.query(NOTE, [id]);
  const row = (id: number) => [{ id, text: `note ${id}`, at: null }];

  it('have their rows described once', async () => {
    expect(await note(1)).toEqual(row(1));
    expect(await Promise.all([note(2), note(404), note(3)])).toEqual([row(2), [], row(3)]);
    expect(descriptions).toHaveBeenCalledTimes(1);
  });

  it('are described as often as they are asked for before the first answer', async () => {
    expect(await Promise.all([note(1), note(2)])).toEqual([row(1), row(2)]);
    expect(descriptions).toHaveBeenCalledTimes(2);
  });

  it('are read after one that failed', async () => {
    const outcomes = await Promise.allSettled([note('no number'), note(1)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await expect(note('no number')).rejects.toThrow(/invalid input syntax/);
    expect(await note(2)).toEqual(row(2));
  });

  it('are described anew on the connection that replaces a broken one', async () => {
    expect([await note(1), await note(2)]).toEqual([row(1), row(2)]);
    await expect(
      connection.query({ text: 'SELECT pg_terminate_backend(pg_backend_pid())' }, []),
    ).rejects.toThrow();
    await until(() => Promise.resolve(!connection.open));
    expect(await note(2)).toEqual(row(2));
    expect(await note(3)).toEqual(row(3));
    expect(descriptions).toHaveBeenCalledTimes(2);
  });

  it('are told apart from texts without a name', async () => {
    await note(1);
    expect(await connection.query({ text: 'SELECT 1 AS one' }, [])).toEqual([{ one: 1 }]);
    expect(await note(2)).toEqual(row(2));
  });
});
