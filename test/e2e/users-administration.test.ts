import { Client } from 'pg';
import { TestApp, type TestUser } from '../support/app';
import { itemsOf } from '../support/client';
import { lockWaiters } from '../support/lock-waiters';
import { until } from '../support/until';

describe('administering users', () => {
  let app: TestApp;
  let admin: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.newUser({ role: 'admin' });
  });
  afterAll(() => app.close());

  const change = (id: string, patch: object) => app.as(admin).patch(`/users/${id}`, patch);
  const count = async (sql: string, ...values: string[]) => {
    const [row] = await app.database.query<{ n: number }>(
      { text: `SELECT count(*)::int AS n FROM ${sql}` },
      values,
    );
    return row?.n;
  };

  /** Locks users. What it answers waits until four requests stand before that lock, so that they race, and lets go. */
  const hold = async (...ids: string[]) => {
    const client = new Client({ connectionString: app.databaseUrl });
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM users WHERE id = ANY($1) FOR UPDATE', [ids]);
    return async () => {
      await until(async () => (await lockWaiters(client)) >= 4);
      await client.query('COMMIT');
      await client.end();
    };
  };

  it('is for admins alone', async () => {
    const user = await app.newUser();
    const asUser = app.as(user);
    const answers = await Promise.all([
      asUser.post('/users', { username: 'x', email: 'x@example.org' }),
      asUser.patch(`/users/${user.id}`, { role: 'admin' }),
      asUser.delete(`/users/${user.id}`),
      asUser.post(`/users/${user.id}/logout`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect((await app.anonymous.get('/users')).status).toBe(401);
  });

  it('holds a new role on the next request', async () => {
    const user = await app.newUser();
    await change(user.id, { role: 'viewer' });
    expect((await app.as(user).post('/tasks', { title: 'x' })).status).toBe(403);
    await change(user.id, { role: 'admin' });
    expect((await app.as(user).post(`/users/${user.id}/logout`)).status).toBe(204);
    expect((await app.as(user).get('/users/me')).status).toBe(401);
    await change(user.id, { role: 'user' });
  });

  it('ends the sessions of whoever is suspended, for good', async () => {
    const user = await app.newUser();
    const login = { login: user.username, password: user.password };
    const { body } = await app.anonymous.post('/auth/login', login);
    const suspended = await change(user.id, { status: 'suspended' });
    expect([suspended.status, suspended.body.status]).toEqual([200, 'suspended']);
    expect((await app.as(user).get('/users/me')).status).toBe(401);
    expect((await app.anonymous.post('/auth/login', login)).status).toBe(401);
    expect((await change(user.id, { status: 'active' })).body.status).toBe('active');
    expect((await app.as(user).get('/users/me')).status).toBe(401);
    expect((await app.anonymous.post('/auth/refresh', { refreshToken: body.refreshToken })).status).toBe(401);
    expect((await app.anonymous.post('/auth/login', login)).status).toBe(200);
  });

  it('invites again who has no password', async () => {
    const { body } = await app
      .as(admin)
      .post('/users', { username: 'invitee', email: 'invitee@example.org' });
    const id = String(body.id);
    expect((await change(id, { status: 'suspended' })).body.status).toBe('suspended');
    expect((await change(id, { status: 'active' })).body.status).toBe('invited');
    expect((await change(id, { role: 'agent' })).body).toMatchObject({ role: 'agent', status: 'active' });
    expect((await change(id, { role: 'admin' })).body).toMatchObject({ role: 'admin', status: 'invited' });
  });

  it('ends all sessions at once', async () => {
    const user = await app.newUser();
    expect((await app.as(admin).post(`/users/${user.id}/logout`)).status).toBe(204);
    expect((await app.as(user).get('/users/me')).status).toBe(401);
    expect((await app.as(admin).post(`/users/${crypto.randomUUID()}/logout`)).status).toBe(404);
  });

  describe('erasing', () => {
    it('takes the person and keeps the work', async () => {
      const user = await app.newUser();
      const task = await app.as(user).post('/tasks', { title: 'kept' }, { 'idempotency-key': 'k' });
      await app.database.query(
        {
          text: `INSERT INTO one_time_tokens (token_hash, purpose, user_id, expires_at) VALUES (repeat('0', 64), 'invitation', $1, now())`,
        },
        [user.id],
      );
      expect((await app.as(admin).delete(`/users/${user.id}`)).status).toBe(204);

      expect((await app.as(user).get('/users/me')).status).toBe(401);
      const login = { login: user.username, password: user.password };
      expect((await app.anonymous.post('/auth/login', login)).status).toBe(401);
      expect((await app.as(admin).get(`/tasks/${task.body.id}`)).body).toMatchObject({ createdBy: user.id });
      expect((await app.as(admin).get(`/users/${user.id}`)).body).toMatchObject({
        username: `erased-${user.id}`,
        email: `erased-${user.id}@users.invalid`,
        status: 'deleted',
        lastLogin: null,
      });
      for (const table of ['sessions', 'api_tokens', 'one_time_tokens', 'idempotency_keys'])
        expect([table, await count(`${table} WHERE user_id = $1`, user.id)]).toEqual([table, 0]);
      expect(await count(`users WHERE id = $1 AND password_hash = '!'`, user.id)).toBe(1);
    });

    it('takes the stored answer to the request that made the account', async () => {
      const input = { username: 'kept-nowhere', email: 'kept-nowhere@example.org' };
      const made = await app.as(admin).post('/users', input, { 'idempotency-key': 'make' });
      const stored = () => count(`idempotency_keys WHERE body LIKE '%kept-nowhere%'`);
      expect(await stored()).toBe(1);
      await app.as(admin).delete(`/users/${made.body.id}`);
      expect(await stored()).toBe(0);
    });

    it('unlists, and frees name and email', async () => {
      const user = await app.newUser();
      await app.as(admin).delete(`/users/${user.id}`);
      const listed = itemsOf(await app.as(admin).get('/users?limit=100')).map(({ id }) => id);
      expect(listed).not.toContain(user.id);
      const { username, email } = user;
      expect((await app.as(admin).post('/users', { username, email })).status).toBe(201);
    });

    it('is final', async () => {
      const user = await app.newUser();
      await app.as(admin).delete(`/users/${user.id}`);
      const answers = await Promise.all([
        change(user.id, { username: 'back' }),
        change(user.id, { status: 'active' }),
        change(user.id, {}),
        app.as(admin).post(`/users/${user.id}/logout`),
        app.as(admin).delete(`/users/${user.id}`),
      ]);
      for (const { status, body } of answers) expect([status, body.code]).toEqual([409, 'user_erased']);
    });

    it('holds If-Match, and answers 404 for nobody', async () => {
      const user = await app.newUser();
      const stale = await app.as(admin).delete(`/users/${user.id}`, { 'if-match': '"0-x"' });
      expect(stale.status).toBe(412);
      expect((await app.as(admin).delete(`/users/${crypto.randomUUID()}`)).status).toBe(404);
    });
  });

  describe('the last admin', () => {
    it.each([
      ['demoted', () => change(admin.id, { role: 'user' })],
      ['suspended', () => change(admin.id, { status: 'suspended' })],
      ['erased', () => app.as(admin).delete(`/users/${admin.id}`)],
    ])('is not %s', async (_, attempt) => {
      const answer = await attempt();
      expect([answer.status, answer.body.code]).toEqual([409, 'last_admin']);
      expect((await app.as(admin).get('/users/me')).body).toMatchObject({ role: 'admin', status: 'active' });
    });

    it('counts only admins who are active', async () => {
      const other = await app.newUser({ role: 'admin' });
      await change(other.id, { status: 'suspended' });
      expect((await change(admin.id, { role: 'user' })).body.code).toBe('last_admin');
    });

    it('is left by 50 demotions of two admins at once', async () => {
      const other = await app.newUser({ role: 'admin' });
      const release = await hold(admin.id, other.id);
      const attempts = Array.from({ length: 50 }, (_, i) =>
        app.as(i % 4 < 2 ? admin : other).patch(`/users/${i % 2 ? admin.id : other.id}`, { role: 'user' }),
      );
      await release();
      const statuses = new Set((await Promise.all(attempts)).map(({ status }) => status));
      expect(statuses).toContain(200);
      expect([...statuses].filter((status) => ![200, 403, 409].includes(status))).toEqual([]);
      expect(await count(`users WHERE role = 'admin' AND status = 'active'`)).toBe(1);
    });
  });
});
