import { createTestDatabase, type TestDatabase } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { itemsOf } from '../support/client';
import { rowsOf } from '../support/connection';
import { onlyWhere } from '../support/only-where';
import { HAS_PGBOUNCER, PgBouncer } from '../support/pgbouncer';

const itPooled = onlyWhere(HAS_PGBOUNCER, 'no pgbouncer here');

describe('DATABASE_POOLER=transaction', () => {
  let database: TestDatabase;
  let bouncer: PgBouncer;
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    if (!HAS_PGBOUNCER) return;
    database = await createTestDatabase({ migrated: false });
    // Two servers for ten connections: what a session keeps is soon somebody else's.
    bouncer = await PgBouncer.start(database.url, { servers: 2 });
    await rowsOf(
      database.url,
      `DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I SET timezone TO ''Asia/Kolkata''', current_database());
      END $$`,
    );
    app = await TestApp.start(
      {
        DATABASE_URL: bouncer.url,
        DATABASE_DIRECT_URL: database.url,
        DATABASE_POOLER: 'transaction',
        DATABASE_POOL_SIZE: '10',
        MIGRATE_ON_START: 'true',
      },
      { shared: bouncer.url },
    );
    user = await app.newUser();
  });
  afterAll(async () => {
    await app?.close();
    await bouncer?.stop();
    await database?.drop();
  });

  itPooled('serves reads and writes at once over fewer servers than connections', async () => {
    const client = app.as(user);
    const made = await Promise.all(
      Array.from({ length: 40 }, (_, i) => client.post('/tasks', { title: `task ${i}`, priority: i % 5 })),
    );
    expect(made.map(({ status }) => status)).toEqual(Array(40).fill(201));
    const answers = await Promise.all(
      made.flatMap(({ body }) => [
        client.get(`/tasks/${String(body.id)}`),
        client.patch(`/tasks/${String(body.id)}`, { status: 'in_progress' }),
        client.get('/tasks?status=in_progress&sort=-priority&count=exact&limit=10'),
        client.get('/tasks?q=task&limit=5'),
        client.post('/messages', { content: 'hello', taskId: String(body.id) }),
      ]),
    );
    expect(answers.filter(({ status }) => status >= 300).map(({ text }) => text)).toEqual([]);
    expect(itemsOf(await client.get('/tasks?status=in_progress&limit=100'))).toHaveLength(40);
  });

  itPooled('answers times in UTC, whatever the servers are set to', async () => {
    const { body } = await app.as(user).post('/tasks', { title: 'of this moment' });
    const age = Date.now() - Date.parse(String(body.createdAt));
    expect(String(body.createdAt)).toMatch(/(Z|\+00:00)$/);
    expect(Math.abs(age)).toBeLessThan(60_000);
  });

  itPooled('keeps what runs in one transaction together', async () => {
    const client = app.as(user);
    const once = { 'idempotency-key': 'one' };
    const twice = await Promise.all([1, 2].map(() => client.post('/tasks', { title: 'keyed' }, once)));
    const kept = await client.post('/tasks', { title: 'keyed' }, once);
    expect(twice.filter(({ status }) => status === 201).map(({ text }) => text)).toContain(kept.text);
    const feature = String((await client.post('/features', { name: 'pooled', description: '' })).body.id);
    const moves = await Promise.all(
      [1, 2, 3, 4].map(() => client.post(`/features/${feature}/transitions`, { toStage: 'design' })),
    );
    expect(moves.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
  });

  itPooled('counts attempts to sign in, relays events and streams exports', async () => {
    const login = { login: user.username, password: 'wrong' };
    const attempts = await Promise.all(
      Array.from({ length: 5 }, () => app.anonymous.post('/auth/login', login)),
    );
    expect(new Set(attempts.map(({ status }) => status))).toEqual(new Set([401]));
    const events = await app.as(user).get('/events?limit=100');
    expect(itemsOf(events).length).toBeGreaterThan(40);
    const rows = (await app.as(user).get('/tasks/export')).text.trim().split('\n');
    expect(rows.length).toBeGreaterThan(41);
  });

  itPooled('gives back the server of an export that is broken off', async () => {
    const headers = { authorization: `Bearer ${user.accessToken}` };
    for (let i = 0; i < 6; i += 1) {
      const gone = new AbortController();
      const answer = await fetch(`${app.url}/api/v1/tasks/export`, { headers, signal: gone.signal });
      expect(answer.status).toBe(200);
      gone.abort();
      await answer.text().catch(() => undefined);
      expect((await app.as(user).get('/tasks?limit=1')).status).toBe(200);
    }
  });
});
