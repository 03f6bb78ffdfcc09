import { Client, Pool } from 'pg';
import { Database } from '@app/database';
import { EVENT_TYPE_NAMES, EVENT_TYPES } from '../../apps/api/src/events/event-types';
import { EVENTS_CHANNEL } from '../../apps/api/src/events/event.queries';
import { EventRelay } from '../../apps/api/src/events/event.relay';
import { recordEvent } from '../../apps/api/src/events/outbox';
import { TestApp, type TestUser } from '../support/app';
import { type Answer, itemsOf, type TestClient } from '../support/client';
import { until } from '../support/until';

const CUT_OTHERS = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
const RELAY_LOCK = `hashtextextended('events relay', 0)`;

interface ReadEvent {
  readonly id: number;
  readonly position: number;
  readonly type: string;
  readonly actorId: string | null;
  readonly subject: { readonly type: string; readonly id: string };
  readonly data: Record<string, unknown>;
}

const eventsOf = (answer: Answer) => itemsOf(answer) as unknown as ReadEvent[];
const cursor = (answer: Answer) => `cursor=${answer.body.resumeCursor}`;

/** Follows the feed from `page` on until it has caught up. */
async function follow(client: TestClient, query: string, page: Answer): Promise<[ReadEvent[], Answer]> {
  const seen = [...eventsOf(page)];
  let last = page;
  while (last.body.nextCursor !== null) {
    last = await client.get(`/events?${query}&cursor=${last.body.nextCursor}`);
    seen.push(...eventsOf(last));
  }
  return [seen, last];
}

describe('GET /events', () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;
  let client: TestClient;

  beforeEach(async () => {
    app = await TestApp.start({ DATABASE_POOL_SIZE: '30' });
    admin = await app.newUser({ role: 'admin' });
    user = await app.newUser();
    client = app.as(user);
  });
  afterEach(() => app.close());

  const newTask = async (by: TestUser = user): Promise<string> => {
    const made = await app.as(by).post('/tasks', { title: 'one' });
    return String(made.body.id);
  };

  /** A connection of the test's own, closed with the others at its end. */
  const withConnection = async <T>(work: (connection: Client) => Promise<T>): Promise<T> => {
    const connection = new Client({ connectionString: app.databaseUrl });
    await connection.connect();
    try {
      return await work(connection);
    } finally {
      await connection.end();
    }
  };

  it('tells who did what in which request, at once after the answer', async () => {
    const made = await client.post('/tasks', { title: 'one' }, { 'x-request-id': 'request-1' });
    await client.patch(`/tasks/${made.body.id}`, { status: 'completed' }, { 'x-request-id': 'request-2' });
    const page = await client.get(`/events?subjectId=${made.body.id}`);
    const common = { subject: { type: 'task', id: made.body.id }, actorId: user.id };
    expect(page.body).toEqual({
      items: [
        expect.objectContaining({ ...common, type: 'task.created', data: {}, requestId: 'request-1' }),
        expect.objectContaining({
          ...common,
          type: 'task.updated',
          data: { changed: ['status'] },
          requestId: 'request-2',
        }),
      ],
      nextCursor: null,
      resumeCursor: expect.any(String) as string,
    });
  });

  it('writes ids and positions beyond 2^53 as exact integers', async () => {
    await app.get(EventRelay).catchUp();
    await withConnection(async (connection) => {
      await connection.query(`ALTER TABLE events ALTER COLUMN id RESTART WITH 9007199254740993`);
      await connection.query(`SELECT setval('events_position_seq', 9007199254740994)`);
    });
    const id = await newTask();
    const page = await client.get(`/events?subjectId=${id}`);
    expect(page.text).toContain('"id" : 9007199254740993');
    expect(page.text).toContain('"position" : 9007199254740995');
    await newTask();
    const rest = await client.get(`/events?type=task.created`);
    expect(eventsOf(rest)).toHaveLength(2);
    const next = await client.get(`/events?subjectId=${id}&${cursor(page)}`);
    expect(eventsOf(next)).toEqual([]);
  });

  it('pages from the oldest on, and goes on from the last page when more has happened', async () => {
    for (let i = 0; i < 5; i++) await newTask();
    const first = await client.get('/events?type=task.created&limit=2');
    expect(first.headers.get('link')).toMatch(/rel="next"$/);
    const [seen, last] = await follow(client, 'type=task.created&limit=2', first);
    expect(seen).toHaveLength(5);
    expect(seen.map(({ position }) => position)).toEqual(
      seen.map(({ position }) => position).toSorted((a, b) => a - b),
    );
    const empty = await client.get(`/events?type=task.created&limit=2&${cursor(last)}`);
    expect(eventsOf(empty)).toEqual([]);
    const id = await newTask();
    const more = await client.get(`/events?type=task.created&limit=2&${cursor(empty)}`);
    expect(eventsOf(more).map(({ subject }) => subject.id)).toEqual([id]);
  });

  it('filters by type, subject, actor and time', async () => {
    const [mine, theirs] = [await newTask(), await newTask(admin)];
    await client.delete(`/tasks/${mine}`);
    const subjects = async (query: string) =>
      eventsOf(await client.get(`/events?${query}`)).map(({ type, subject }) => `${type} ${subject.id}`);
    const [made, madeByAdmin, deleted] = [
      `task.created ${mine}`,
      `task.created ${theirs}`,
      `task.deleted ${mine}`,
    ];
    expect(await subjects('subjectType=task')).toEqual([made, madeByAdmin, deleted]);
    expect(await subjects('type=task.created,task.deleted&actorId=me')).toEqual([made, deleted]);
    expect(await subjects(`type=task.created&actorId=${admin.id}`)).toEqual([madeByAdmin]);
    expect(await subjects(`subjectId=${theirs}&subjectId=${mine}&type=task.created`)).toEqual([
      made,
      madeByAdmin,
    ]);
    expect(await subjects('subjectType=task&since=9999-01-01T00:00:00Z')).toEqual([]);
    expect(await subjects('subjectType=task&since=2000-01-01T00:00:00Z')).toHaveLength(3);
  });

  it('refuses a cursor of other filters, and what is no cursor', async () => {
    const page = await client.get('/events?type=task.created');
    const tasks = await client.get('/tasks?limit=1');
    for (const query of [
      cursor(page),
      `type=task.deleted&${cursor(page)}`,
      'cursor=garbage',
      `cursor=${tasks.body.nextCursor}`,
    ]) {
      const answer = await client.get(`/events?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_cursor']);
    }
  });

  it('shows sign-ins to admins alone', async () => {
    await app.anonymous.post('/auth/login', { login: user.username, password: user.password });
    const types = async (by: TestUser, query = '') => {
      const answer = await app.as(by).get(`/events?limit=100${query}`);
      return eventsOf(answer).map(({ type }) => type);
    };
    expect(await types(admin)).toContain('session.created');
    expect(await types(user)).not.toContain('session.created');
    expect(await types(user)).toContain('user.created');
    expect(await types(user, '&type=session.created')).toEqual([]);
  });

  it('hides every type that is for admins from everybody else', async () => {
    for (const type of EVENT_TYPE_NAMES) {
      await app.database.transaction((tx) =>
        recordEvent(tx, { type, subject: user.id, actor: null, requestId: 'each' }),
      );
    }
    const viewer = await app.newUser({ role: 'viewer' });
    const [seen] = await follow(app.as(viewer), 'limit=100', await app.as(viewer).get('/events?limit=100'));
    const shown = new Set(seen.map(({ type }) => type));
    const team = EVENT_TYPE_NAMES.filter((type) => EVENT_TYPES[type].audience === 'team');
    expect([...shown].toSorted()).toEqual(team.toSorted());
    const toAdmin = await app.as(admin).get('/events?limit=100');
    expect(new Set(eventsOf(toAdmin).map(({ type }) => type))).toEqual(new Set(EVENT_TYPE_NAMES));
  });

  it('answers 410 to a cursor that retention has passed', async () => {
    const start = await client.get('/events?limit=1');
    await newTask();
    const [, head] = await follow(client, 'limit=1', start);
    await withConnection((connection) =>
      connection.query('DELETE FROM events WHERE position < (SELECT max(position) FROM events)'),
    );
    const expired = await client.get(`/events?limit=1&${cursor(start)}`);
    expect([expired.status, expired.body.code]).toEqual([410, 'cursor_expired']);
    expect((await client.get(`/events?limit=1&${cursor(head)}`)).status).toBe(200);
    expect(eventsOf(await client.get('/events'))).toHaveLength(1);
  });

  it('keeps a cursor whose own event was the last to be removed', async () => {
    const [, before] = await follow(client, '', await client.get('/events'));
    const id = await newTask();
    await client.get('/events');
    await withConnection((connection) =>
      connection.query('DELETE FROM events WHERE position < (SELECT max(position) FROM events)'),
    );
    const after = await client.get(`/events?${cursor(before)}`);
    expect(eventsOf(after).map(({ subject }) => subject.id)).toEqual([id]);
  });

  it('answers 410 to a cursor from before a restore', async () => {
    await newTask();
    const [, head] = await follow(client, '', await client.get('/events'));
    await withConnection((connection) =>
      connection.query('DELETE FROM events WHERE position = (SELECT max(position) FROM events)'),
    );
    expect((await client.get(`/events?${cursor(head)}`)).status).toBe(410);
  });

  it('waits for the relay of another process', async () => {
    const id = await newTask();
    await app.get(EventRelay).catchUp();
    await withConnection(async (connection) => {
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
    await withConnection(async (connection) => {
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
});

describe('the relay', () => {
  it('goes on after the database cut its connections', async () => {
    const app = await TestApp.start();
    const connection = new Client({ connectionString: app.databaseUrl });
    try {
      await connection.connect();
      await connection.query(CUT_OTHERS);
      const { rows: written } = await connection.query<{ id: string }>(
        `INSERT INTO events (type, subject_type) VALUES ('task.updated', 'task') RETURNING id`,
      );
      const sql = 'SELECT position FROM events WHERE id = $1 AND position IS NOT NULL';
      await until(async () => (await connection.query(sql, [written[0]?.id])).rowCount === 1);
    } finally {
      await connection.end();
      await app.close();
    }
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
