import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import type { Answer } from '../support/client';

const from = (address: string) => ({ 'x-forwarded-for': address });

describe('guessing', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({ TRUST_PROXY: '127.0.0.1' });
  });
  beforeEach(async () => {
    user = await app.newUser();
    await app.database.query(statement('DELETE FROM rate_limits'));
  });
  afterAll(() => app.close());

  const login = (password: string, address: string, login = user.username) =>
    app.anonymous.post('/auth/login', { login, password }, from(address));
  /** As if that many attempts had been made: each costs a hash otherwise. */
  const spent = (points: number) =>
    app.database.query(statement('UPDATE rate_limits SET points = $1'), [points]);
  const told = ({ status, headers, body }: Answer) => [
    status,
    body.code,
    Number(headers.get('retry-after')) > 1,
  ];
  const REFUSED = [429, 'too_many_requests', true];

  it('is refused after ten wrong passwords for an account from an address, alike for unknown names', async () => {
    for (const name of [user.username, 'nobody at all']) {
      for (let i = 0; i < 10; i++) expect((await login('wrong', '203.0.113.1', name)).status).toBe(401);
      expect(told(await login(user.password, '203.0.113.1', name))).toEqual(REFUSED);
      expect(told(await login('wrong', '203.0.113.1', name.toUpperCase()))).toEqual(REFUSED);
    }
    expect((await login(user.password, '203.0.113.2')).status).toBe(200);
  });

  it('counts attempts that come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 14 }, () => login('wrong', '203.0.113.3')));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([...Array<number>(10).fill(401), ...Array<number>(4).fill(429)]);
  });

  it('is refused by account and by address, but for the owner where they signed in before', async () => {
    expect((await login(user.password, '198.51.100.1')).status).toBe(200);
    await login('wrong', '203.0.113.4');
    await spent(60);
    await app.database.query(statement(`DELETE FROM rate_limits WHERE key LIKE '%address%'`));
    expect(told(await login(user.password, '203.0.113.5'))).toEqual(REFUSED);
    expect((await login(user.password, '198.51.100.1')).status).toBe(200);
    await login('wrong', '203.0.113.6', 'some name');
    await app.database.query(
      statement(`UPDATE rate_limits SET points = 100 WHERE key LIKE 'login from an address%'`),
    );
    expect(told(await login(user.password, '203.0.113.6'))).toEqual(REFUSED);
  });

  it('is possible again when the window is over, and nothing is counted of who signed in', async () => {
    await login('wrong', '203.0.113.7');
    await spent(1000);
    expect(told(await login(user.password, '203.0.113.7'))).toEqual(REFUSED);
    await app.database.query(statement('UPDATE rate_limits SET expire = 1'));
    expect((await login(user.password, '203.0.113.7')).status).toBe(200);
    const rows = await app.database.query<{ points: number }>(
      statement('SELECT points FROM rate_limits WHERE points > 0'),
    );
    expect(rows).toEqual([]);
  });

  it('counts across processes', async () => {
    const another = await TestApp.start({ TRUST_PROXY: '127.0.0.1' }, { shared: app.databaseUrl });
    await login('wrong', '203.0.113.8');
    await spent(10);
    const answer = await another.anonymous.post(
      '/auth/login',
      { login: user.username, password: user.password },
      from('203.0.113.8'),
    );
    await another.close();
    expect(told(answer)).toEqual(REFUSED);
  });

  it('is refused for refresh tokens too', async () => {
    const refresh = (refreshToken: string) =>
      app.anonymous.post('/auth/refresh', { refreshToken }, from('203.0.113.9'));
    expect((await refresh('x')).status).toBe(401);
    await spent(100);
    expect(told(await refresh('x'))).toEqual(REFUSED);
  });

  it('keeps no name and no address', async () => {
    await login('wrong', '203.0.113.10');
    const rows = await app.database.query(statement('SELECT * FROM rate_limits'));
    expect(rows).toHaveLength(3);
    const text = JSON.stringify(rows);
    for (const secret of [user.username, '203.0.113']) expect(text).not.toContain(secret);
  });
});

describe('a forged X-Forwarded-For', () => {
  it('changes nothing unless the proxy is trusted', async () => {
    const app = await TestApp.start();
    const attempt = (i: number) =>
      app.anonymous.post('/auth/login', { login: 'ada', password: 'wrong' }, from(`203.0.113.${i}`));
    for (let i = 0; i < 10; i++) expect((await attempt(i)).status).toBe(401);
    expect((await attempt(11)).status).toBe(429);
    await app.close();
  });
});

describe('the general limit', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ RATE_LIMIT: 'on', RATE_LIMIT_PER_MINUTE: '3' });
  });
  afterAll(() => app.close());

  /** The window may turn over meanwhile, which makes for more tries, never for a wrong answer. */
  const untilRefused = async (send: () => Promise<Answer>) => {
    const answers: Answer[] = [];
    do answers.push(await send());
    while (answers.at(-1)?.status !== 429 && answers.length < 20);
    return answers;
  };

  it('counts the requests of each user, and tells how many are left', async () => {
    const [user, another] = [await app.newUser(), await app.newUser()];
    const answers = await untilRefused(() => app.as(user).get('/tasks'));
    const refused = answers.at(-1);
    expect(refused?.status).toBe(429);
    expect(answers.length).toBeGreaterThan(3);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBe('"default";q=3;w=60');
    expect(answers[0]?.headers.get('ratelimit')).toMatch(/^"default";r=[012];t=\d+$/);
    expect(refused?.headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d+$/);
    const left = refused?.headers.get('ratelimit')?.split('t=')[1];
    expect(refused?.headers.get('retry-after')).toBe(left);
    expect((await app.as(another).get('/tasks')).status).toBe(200);
  });

  it('counts requests without good credentials by their address', async () => {
    const answers = await untilRefused(() => app.as({ accessToken: 'fuse_x' }).get('/tasks'));
    expect(answers.at(-1)?.status).toBe(429);
    expect(answers[0]?.status).toBe(401);
  });

  it('does not count who asks for the health', async () => {
    for (let i = 0; i < 5; i++) expect((await app.anonymous.get('//health/live')).status).toBe(200);
  });

  it('can be switched off', async () => {
    const free = await TestApp.start({ RATE_LIMIT: 'off', RATE_LIMIT_PER_MINUTE: '1' });
    const user = await free.newUser();
    for (let i = 0; i < 3; i++) {
      const answer = await free.as(user).get('/tasks');
      expect([answer.status, answer.headers.get('ratelimit')]).toEqual([200, null]);
    }
    await free.close();
  });
});
