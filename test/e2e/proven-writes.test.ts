import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import type { Answer, TestClient } from '../support/client';

/** Writes whose statement asks about the session, once the process has seen the session before. */
describe('writes that prove their session', () => {
  let app: TestApp;
  let user: TestUser;
  let client: TestClient;
  let taskId: string;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    user = await app.newUser();
    client = app.as(user);
    taskId = String((await client.post('/tasks', { title: 'before' })).body.id);
  });

  const writes: Record<string, (body?: object) => Promise<Answer>> = {
    'POST /tasks': (body = { title: 'after' }) => client.post('/tasks', body),
    'PATCH /tasks/:id': (body = { title: 'after' }) => client.patch(`/tasks/${taskId}`, body),
    'POST /messages': (body = { content: 'after', taskId }) => client.post('/messages', body),
  };
  const routes = Object.keys(writes);
  const write = (route: string, body?: object) => writes[route]?.(body);

  const update = (sql: string) => app.database.query(statement(sql), [user.id]);
  const written = async () => {
    const [row] = await app.database.query<{ count: number }>(
      statement(`SELECT (SELECT count(*) FROM tasks WHERE title = 'after' AND created_by = $1)::int
                      + (SELECT count(*) FROM messages WHERE sender_id = $1)::int
                      + (SELECT count(*) FROM events WHERE actor_id = $1 AND type <> 'task.created')::int AS count`),
      [user.id],
    );
    return row?.count;
  };

  it.each(routes)('%s changes nothing once the session has ended', async (route) => {
    await update('UPDATE sessions SET revoked_at = now() WHERE user_id = $1');
    const before = await written();
    expect((await write(route))?.status).toBe(401);
    // What else is wrong with a request is not told either.
    expect((await write(route, { unknown: true }))?.status).toBe(401);
    expect(await written()).toBe(before);
  });

  it.each(routes)(
    '%s changes nothing once the user is suspended, or may not write any more',
    async (route) => {
      const before = await written();
      await update(`UPDATE users SET role = 'viewer' WHERE id = $1`);
      expect((await write(route))?.status).toBe(403);
      await update(`UPDATE users SET role = 'user', status = 'suspended' WHERE id = $1`);
      expect((await write(route))?.status).toBe(401);
      expect(await written()).toBe(before);
    },
  );

  it.each(routes)('%s works for a role that was changed to another one that may', async (route) => {
    await update(`UPDATE users SET role = 'agent' WHERE id = $1`);
    expect((await write(route))?.status).toBeLessThan(300);
    await update(`UPDATE users SET role = 'user' WHERE id = $1`);
    expect((await write(route))?.status).toBeLessThan(300);
  });

  it('PATCH /tasks/:id knows a new administrator, and one who is none any more', async () => {
    const task = (await app.as(await app.newUser()).post('/tasks', { title: 'of another' })).body.id;
    const rename = () => client.patch(`/tasks/${task}`, { title: 'renamed' });
    expect((await rename()).status).toBe(403);
    await update(`UPDATE users SET role = 'admin' WHERE id = $1`);
    expect((await rename()).status).toBe(200);
    await update(`UPDATE users SET role = 'user' WHERE id = $1`);
    expect((await rename()).status).toBe(403);
    expect((await client.patch(`/tasks/${task}`, {})).status).toBe(403);
  });

  it('is checked before a reply that is replayed', async () => {
    const key = { 'Idempotency-Key': 'once' };
    expect((await client.post('/tasks', { title: 'after' }, key)).status).toBe(201);
    await update('UPDATE sessions SET revoked_at = now() WHERE user_id = $1');
    expect((await client.post('/tasks', { title: 'after' }, key)).status).toBe(401);
  });
});
