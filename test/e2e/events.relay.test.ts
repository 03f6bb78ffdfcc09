import { Pool } from 'pg';
import { Database } from '@app/database';
import { EVENTS_CHANNEL } from '../../apps/api/src/events/event.queries';
import { EventRelay } from '../../apps/api/src/events/event.relay';
import { recordEvent } from '../../apps/api/src/events/outbox';
import { TestApp } from '../support/app';
import type { TestClient } from '../support/client';
import { withConnection } from '../support/connection';
import { cursor, eventsOf, follow, type ReadEvent } from '../support/events';
import { until } from '../support/until';

const CUT_OTHERS = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
const RELAY_LOCK = `hashtextextended('events relay', 0)`;

describe('the relay', () => {
  let app: TestApp;
  let client: TestClient;

  beforeEach(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterEach(() => app.close());

  const newTask = async () => String((await client.post('/tasks', { title: 'one' })).body.id);

  it('waits for the relay of another process', async () => {
    const id = await newTask();
    await app.get(EventRelay).catchUp();
    await withConnection(app.databaseUrl, async (connection) => {
      await connection.query(`SELECT pg_advisory_lock(${RELAY_LOCK})`);
      const other = await newTask();
      const answer = client.get('/events?type=task.created');
      await until(async () => {
        const { rows } = await connection.query<{ waiting: boolean }>(
          `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted) AS waiting`,
        );
        return rows[0]?.waiting === true;
      });
      await connection.query(`SELECT pg_advisory_unlock(${RELAY_LOCK})`);
      expect(eventsOf(await answer).map(({ subject }) => subject.id)).toEqual([id, other]);
    });
  });

  it('gives positions without being asked, and tells listeners the last one', async () => {
    await withConnection(app.databaseUrl, async (connection) => {
      const told: string[] = [];
      connection.on('notification', ({ payload = '' }) => told.push(payload));
      await connection.query(`LISTEN ${EVENTS_CHANNEL}`);
      const id = await newTask();
      const sql = 'SELECT position FROM events WHERE subject_id = $1 AND position IS NOT NULL';
      const position = await until(async () => {
        const { rows } = await connection.query<{ position: string }>(sql, [id]);
        return rows[0]?.position;
      });
      await until(() => Promise.resolve(told.some((payload) => BigInt(payload) >= BigInt(position))));
    });
  });

  it('goes on after the database cut its connections', async () => {
    await withConnection(app.databaseUrl, async (connection) => {
      await connection.query(CUT_OTHERS);
      const { rows: written } = await connection.query<{ id: string }>(
        `INSERT INTO events (type, subject_type) VALUES ('task.updated', 'task') RETURNING id`,
      );
      const sql = 'SELECT position FROM events WHERE id = $1 AND position IS NOT NULL';
      await until(async () => (await connection.query(sql, [written[0]?.id])).rowCount === 1);
    });
  });
});

describe('readers beside many writers', () => {
  it('miss nothing and see nothing twice, with two relays at once', async () => {
    const app = await TestApp.start({ DATABASE_POOL_SIZE: '30' });
    const pool = new Pool({ connectionString: app.databaseUrl, max: 2 });
    try {
      const admin = await app.newUser({ role: 'admin' });
      await expectWholeFeed(app, app.as(admin), new EventRelay(new Database(pool)));
    } finally {
      await pool.end();
      await app.close();
    }
  });
});

const WRITERS = 20;
const EACH = 15;

/** Every fourth writer keeps its transaction open until writers that began later have committed. */
async function expectWholeFeed(app: TestApp, reader: TestClient, otherRelay: EventRelay): Promise<void> {
  const subject = '00000000-0000-4000-8000-000000000001';
  let committed = 0;
  const write = async (writer: number) => {
    for (let i = 0; i < EACH; i++) {
      await app.database.transaction(async (tx) => {
        const data = { writer, i };
        await recordEvent(tx, { type: 'task.updated', subject, actor: null, requestId: null, data });
        const long = writer % 4 === 0 && i % 3 === 0;
        const goal = Math.min(committed + 10, (WRITERS * EACH * 3) / 4);
        if (long) await until(() => Promise.resolve(committed >= goal));
      });
      committed++;
    }
  };
  let writing = true;
  const relay = async () => {
    while (writing) await otherRelay.catchUp();
  };
  const seen: ReadEvent[] = [];
  const read = async () => {
    const query = `/events?limit=7&subjectId=${subject}`;
    let page = await reader.get(query);
    seen.push(...eventsOf(page));
    while (writing || page.body.nextCursor !== null) {
      page = await reader.get(`${query}&${cursor(page)}`);
      seen.push(...eventsOf(page));
    }
    const [rest] = await follow(
      reader,
      `limit=7&subjectId=${subject}`,
      await reader.get(`${query}&${cursor(page)}`),
    );
    seen.push(...rest);
  };
  const writers = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  await Promise.all([writers.finally(() => (writing = false)), relay(), read()]);
  const keys = seen.map(({ data }) => `${String(data['writer'])}/${String(data['i'])}`);
  expect(new Set(keys).size).toBe(WRITERS * EACH);
  expect(keys).toHaveLength(WRITERS * EACH);
  const ids = seen.map(({ id }) => id);
  expect(ids).not.toEqual(ids.toSorted((a, b) => a - b));
}
