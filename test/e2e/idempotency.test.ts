import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';

const COUNT = statement('SELECT count(*)::int AS tasks FROM tasks WHERE title = $1');

describe('Idempotency-Key', () => {
  let app: TestApp;
  let user: TestUser;
  let keys = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
  });
  afterAll(() => app.close());

  const newKey = () => `key-${++keys}`;
  const create = (title: string, key: string, by = user) =>
    app.as(by).post('/tasks', { title }, { 'idempotency-key': key });
  const tasksCalled = async (title: string) =>
    (await app.database.query<{ tasks: number }>(COUNT, [title]))[0]?.tasks;

  it('replays the first answer to the same key and body', async () => {
    const key = newKey();
    const made = await create('Once', key);
    const replayed = await create('Once', `"${key}"`);
    expect(made.headers.get('idempotent-replayed')).toBeNull();
    expect(replayed.headers.get('idempotent-replayed')).toBe('true');
    for (const name of ['etag', 'location']) expect(replayed.headers.get(name)).toBe(made.headers.get(name));
    expect([replayed.status, replayed.text]).toEqual([201, made.text]);
    expect(await tasksCalled('Once')).toBe(1);
  });

  it('refuses the same key for another body', async () => {
    const key = newKey();
    await create('First', key);
    const refused = await create('Second', key);
    expect([refused.status, refused.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await tasksCalled('Second')).toBe(0);
  });

  it('makes one of many that arrive at once', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 10 }, () => create('Crowd', key)));
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses).isSubsetOf(new Set([201, 409]))).toBe(true);
    expect(statuses).toContain(201);
    for (const { status, headers } of answers)
      if (status === 409) expect(headers.get('retry-after')).toBe('1');
    expect(await tasksCalled('Crowd')).toBe(1);
  });

  it('keeps nothing of a request that failed', async () => {
    const key = newKey();
    expect((await app.as(user).post('/tasks', { title: '' }, { 'idempotency-key': key })).status).toBe(400);
    expect((await create('After a failure', key)).status).toBe(201);
  });

  it('belongs to its caller', async () => {
    const key = newKey();
    const another = await app.newUser();
    await create('Mine', key);
    const theirs = await create('Mine', key, another);
    expect([theirs.status, theirs.headers.get('idempotent-replayed')]).toEqual([201, null]);
  });

  it('judges the permission anew before it replays', async () => {
    const key = newKey();
    await create('Before', key);
    await app.database.query(statement(`UPDATE users SET role = 'viewer' WHERE id = $1`), [user.id]);
    expect((await create('Before', key)).status).toBe(403);
    await app.database.query(statement(`UPDATE users SET role = 'user' WHERE id = $1`), [user.id]);
  });

  it('forgets after 24 hours', async () => {
    const key = newKey();
    await create('Yesterday', key);
    await app.database.query(
      statement(`UPDATE idempotency_keys SET created_at = now() - interval '25 hours'`),
    );
    expect((await create('Yesterday', key)).headers.get('idempotent-replayed')).toBeNull();
    expect(await tasksCalled('Yesterday')).toBe(2);
  });

  it.each(['', ' ', 'x'.repeat(256), 'schlüssel'])('refuses the key %j', async (key) => {
    const header = Buffer.from(key).toString('latin1');
    const refused = await app.as(user).post('/tasks', { title: 'x' }, { 'idempotency-key': header });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toMatchObject([
      { in: 'header', pointer: '#/Idempotency-Key', code: 'bad_format' },
    ]);
  });
});
