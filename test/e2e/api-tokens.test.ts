import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { itemsOf } from '../support/client';
import { until } from '../support/until';

const DAY = 24 * 3600 * 1000;
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();
const ALL_TASKS = { name: 'script', scopes: ['tasks:read', 'tasks:write'], expiresAt: inDays(30) };

describe('API tokens', () => {
  let app: TestApp;
  let user: TestUser;
  let admin: TestUser;
  let agent: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
    admin = await app.newUser({ role: 'admin' });
    agent = await app.newUser({ role: 'agent' });
  });
  afterAll(() => app.close());

  const make = async (by: TestUser, input: object = {}, path = '/auth/tokens') => {
    const { body } = await app.as(by).post(path, { ...ALL_TASKS, ...input });
    return body as unknown as { id: string; token: string };
  };
  const using = (token: string) => app.as({ accessToken: token });
  const status = async (token: string) => (await using(token).get('/tasks')).status;
  const list = async (by: TestUser) => itemsOf(await app.as(by).get('/auth/tokens'));
  const setRole = (id: string, role: string) =>
    app.database.query(statement('UPDATE users SET role = $2 WHERE id = $1'), [id, role]);

  it('are shown once, and kept as a hash', async () => {
    const made = await app.as(user).post('/auth/tokens', ALL_TASKS);
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const token = String(made.body.token);
    expect(token).toMatch(/^fuse_\w{43}_[0-9a-f]{8}$/);
    const { name, scopes } = ALL_TASKS;
    expect(made.body).toMatchObject({ name, scopes, lastUsedAt: null, createdBy: user.id });
    expect(token.startsWith(String(made.body.hint))).toBe(true);
    const listed = await app.as(user).get('/auth/tokens');
    expect(itemsOf(listed)).toMatchObject([{ id: made.body.id, hint: made.body.hint }]);
    expect(listed.text).not.toContain(token);
    const rows = await app.database.query(statement('SELECT t::text AS row FROM api_tokens t'));
    expect(JSON.stringify(rows)).not.toContain(token.slice(10, 48));
  });

  it('let a script work as their owner, and note when they did', async () => {
    const { id, token } = await make(user);
    const made = await using(token).post('/tasks', { title: 'by a script' });
    expect([made.status, made.body.createdBy]).toEqual([201, user.id]);
    for (let i = 0; i < 3; i++) expect(await status(token)).toBe(200);
    expect((await using(token).get('/tasks?createdBy=me')).body.items).toHaveLength(1);
    const used = await until(async () =>
      (await list(user)).find((each) => each.id === id && (each.lastUsedAt as unknown) !== null),
    );
    await app.database.query(
      statement(`UPDATE api_tokens SET last_used_at = last_used_at - interval '50 seconds' WHERE id = $1`),
      [id],
    );
    const before = (await list(user)).find((each) => each.id === id)?.lastUsedAt;
    expect(before).not.toBe(used.lastUsedAt);
    expect(await status(token)).toBe(200);
    expect((await list(user)).find((each) => each.id === id)?.lastUsedAt).toBe(before);
  });

  it('do what their scopes say, and name the one that is missing', async () => {
    const { token } = await make(user, { scopes: ['tasks:read'] });
    expect(await status(token)).toBe(200);
    const refused = await using(token).post('/tasks', { title: 'x' });
    expect([refused.status, refused.body.code]).toEqual([403, 'insufficient_scope']);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="tasks:write"',
    );
    for (let i = 0; i < 2; i++) expect((await using(token).get('/features')).status).toBe(403);
  });

  it('never make tokens, and never touch sessions or passwords', async () => {
    const { id, token } = await make(admin, { scopes: ['admin', 'users:write', 'users:read'] });
    const client = using(token);
    const answers = [
      await client.get('/auth/tokens'),
      await client.post('/auth/tokens', ALL_TASKS),
      await client.post(`/auth/tokens/${id}/rotate`, {}),
      await client.post(`/users/${agent.id}/tokens`, ALL_TASKS),
      await client.post('/auth/logout'),
      await client.put('/users/me/password', { currentPassword: 'x', newPassword: 'y' }),
    ];
    expect(answers.map((answer) => [answer.status, answer.body.code])).toEqual(
      answers.map(() => [403, 'forbidden']),
    );
    expect((await client.get('/users')).status).toBe(200);
    const email = await client.patch('/users/me', { email: 'elsewhere@example.org' });
    expect([email.status, email.body.code]).toEqual([403, 'forbidden']);
    expect((await client.patch('/users/me', { username: 'by a token' })).status).toBe(200);
  });

  it('can never do more than their owner may now', async () => {
    const someone = await app.newUser();
    const { token } = await make(someone, { scopes: ['tasks:read', 'tasks:write', 'users:write'] });
    expect((await using(token).post('/tasks', { title: 'x' })).status).toBe(201);
    await setRole(someone.id, 'viewer');
    expect((await using(token).post('/tasks', { title: 'x' })).status).toBe(403);
    expect((await using(token).patch('/users/me', {})).body.code).toBe('insufficient_scope');
    expect(await status(token)).toBe(200);
    await app.as(admin).patch(`/users/${someone.id}`, { status: 'suspended' });
    expect(await status(token)).toBe(401);
    await app.as(admin).patch(`/users/${someone.id}`, { status: 'active' });
    expect(await status(token)).toBe(200);
  });

  it('are not given scopes that their owner has no use for', async () => {
    const viewer = await app.newUser({ role: 'viewer' });
    for (const [by, scopes] of [
      [viewer, ['tasks:write']],
      [user, ['admin']],
    ] as const) {
      const refused = await app.as(by).post('/auth/tokens', { ...ALL_TASKS, scopes });
      expect([refused.status, refused.body.code]).toEqual([422, 'scope_not_allowed']);
    }
    expect((await make(viewer, { scopes: ['tasks:read'] })).token).toBeDefined();
  });

  it('end, after a year at the latest', async () => {
    for (const expiresAt of [inDays(-1), inDays(367)]) {
      const refused = await app.as(user).post('/auth/tokens', { ...ALL_TASKS, expiresAt });
      expect([refused.status, refused.body.code]).toEqual([422, 'invalid_expiry']);
    }
    expect((await app.as(user).post('/auth/tokens', { ...ALL_TASKS, expiresAt: undefined })).status).toBe(
      400,
    );
    const { id, token } = await make(user, { expiresAt: inDays(365) });
    expect(await status(token)).toBe(200);
    await app.database.query(statement('UPDATE api_tokens SET expires_at = now() WHERE id = $1'), [id]);
    expect(await status(token)).toBe(401);
  });

  it('are refused from the next request on when they are revoked', async () => {
    const { id, token } = await make(user);
    expect(await status(token)).toBe(200);
    expect((await app.as(admin).delete(`/auth/tokens/${id}`)).body.code).toBe('token_not_found');
    expect((await app.as(user).delete(`/auth/tokens/${id}`)).status).toBe(204);
    expect(await status(token)).toBe(401);
    expect((await app.as(user).delete(`/auth/tokens/${id}`)).status).toBe(404);
    expect((await list(user)).map((each) => each.id)).not.toContain(id);
  });

  it('are replaced, the old one good as long as was asked', async () => {
    const old = await make(user);
    const next = await app.as(user).post(`/auth/tokens/${old.id}/rotate`, { overlapSeconds: 60 });
    expect([next.status, next.headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect(next.body).toMatchObject({ name: ALL_TASKS.name, scopes: ALL_TASKS.scopes });
    expect(await status(old.token)).toBe(200);
    expect(await status(String(next.body.token))).toBe(200);
    const ending = (await list(user)).find((each) => each.id === old.id)?.expiresAt;
    expect(Date.parse(ending ?? '') - Date.now()).toBeLessThan(61_000);
    const last = await app.as(user).post(`/auth/tokens/${next.body.id}/rotate`, {});
    expect(await status(String(next.body.token))).toBe(401);
    expect(await status(String(last.body.token))).toBe(200);
    expect((await app.as(user).post(`/auth/tokens/${next.body.id}/rotate`, {})).status).toBe(404);
  });

  it('are all that an agent works with; an admin makes its first', async () => {
    const { id, token } = await make(admin, {}, `/users/${agent.id}/tokens`);
    const made = await using(token).post('/tasks', { title: 'by an agent' });
    expect(made.body.createdBy).toBe(agent.id);
    const listed = itemsOf(await app.as(admin).get(`/users/${agent.id}/tokens`));
    expect(listed).toMatchObject([{ id, createdBy: admin.id }]);
    expect((await app.as(user).get(`/users/${agent.id}/tokens`)).status).toBe(403);
    expect((await app.as(admin).delete(`/users/${user.id}/tokens/${id}`)).status).toBe(404);
    expect((await app.as(admin).delete(`/users/${agent.id}/tokens/${id}`)).status).toBe(204);
    expect(await status(token)).toBe(401);
  });

  it('are not kept in stored replies', async () => {
    const key = { 'idempotency-key': 'once' };
    const made = await app.as(user).post('/auth/tokens', ALL_TASKS, key);
    const replayed = await app.as(user).post('/auth/tokens', ALL_TASKS, key);
    expect(replayed.headers.get('idempotent-replayed')).toBe('true');
    expect(replayed.body.id).toBe(made.body.id);
    expect(replayed.body).not.toHaveProperty('token');
    const rows = await app.database.query(statement('SELECT k::text AS row FROM idempotency_keys k'));
    expect(JSON.stringify(rows)).not.toContain(made.body.token);
  });
});
