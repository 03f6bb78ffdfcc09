import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { itemsOf } from '../support/client';

describe('the audit trail', () => {
  let app: TestApp;
  let admin: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({ TRUST_PROXY: '127.0.0.1' });
    admin = await app.newUser({ role: 'admin' });
  });
  afterAll(() => app.close());

  const from = (ip: string, device = 'a browser') => ({ 'x-forwarded-for': ip, 'user-agent': device });
  const trail = async (query = '') => itemsOf(await app.as(admin).get(`/auth/audit?limit=100${query}`));
  const about = (user: TestUser) => trail(`&userId=${user.id}`);
  const login = (name: string, password: string, ip: string) =>
    app.anonymous.post('/auth/login', { login: name, password }, from(ip));

  it('tells of sign-ins, that succeeded and that failed, who, when and from where', async () => {
    const user = await app.newUser();
    await login(user.username, 'wrong', '203.0.113.1');
    const { body } = await login(user.username, user.password, '203.0.113.2');
    await app.anonymous.post(
      '/auth/refresh',
      { refreshToken: body.refreshToken },
      from('203.0.113.3', 'a phone'),
    );
    await app.anonymous.post('/auth/refresh', { refreshToken: body.refreshToken }, from('203.0.113.4'));
    const told = (await about(user)).map(({ type, actorId, userId, ip, device }) => ({
      type,
      actorId,
      userId,
      ip,
      device,
    }));
    const own = { actorId: user.id, userId: user.id };
    expect(told.slice(0, 4)).toEqual([
      { type: 'session.revoked', ...own, ip: '203.0.113.4', device: 'a browser' },
      { type: 'session.refreshed', ...own, ip: '203.0.113.3', device: 'a phone' },
      { type: 'session.created', ...own, ip: '203.0.113.2', device: 'a browser' },
      { type: 'session.failed', actorId: null, userId: user.id, ip: '203.0.113.1', device: 'a browser' },
    ]);
  });

  it('tells of attempts on accounts that there are not, without their names', async () => {
    await login('nobody at all', 'wrong', '203.0.113.5');
    const [entry] = await trail('&type=session.failed');
    expect(entry).toMatchObject({ userId: null, actorId: null, ip: '203.0.113.5', data: {} });
    expect(JSON.stringify(await trail())).not.toContain('nobody at all');
  });

  it('tells what admins did to whom', async () => {
    const user = await app.newUser();
    const client = app.as(admin);
    await client.patch(`/users/${user.id}`, { role: 'viewer' }, from('198.51.100.7', 'a console'));
    await client.post(`/users/${user.id}/password-reset`, undefined, from('198.51.100.8', 'a console'));
    const token = {
      name: 'x',
      scopes: ['tasks:read'],
      expiresAt: new Date(Date.now() + 3600_000).toISOString(),
    };
    await client.post(`/users/${user.id}/tokens`, token, from('198.51.100.9', 'a console'));
    const told = (await about(user)).map(({ type, actorId, ip }) => [type, actorId, ip]);
    expect(told.slice(0, 3)).toEqual([
      ['token.created', admin.id, '198.51.100.9'],
      ['user.link_issued', admin.id, '198.51.100.8'],
      ['user.updated', admin.id, '198.51.100.7'],
    ]);
  });

  it('cannot be confused by request ids that clients choose', async () => {
    const [one, other] = [await app.newUser(), await app.newUser()];
    const id = { 'x-request-id': 'the-same' };
    await app.as(one).post('/auth/logout-all', undefined, { ...from('203.0.113.20'), ...id });
    await app.as(other).post('/auth/logout-all', undefined, { ...from('203.0.113.21'), ...id });
    expect([(await about(one))[0]?.ip, (await about(other))[0]?.ip]).toEqual([
      '203.0.113.20',
      '203.0.113.21',
    ]);
  });

  it('forgets where a person was who is erased, and what they did stays', async () => {
    const user = await app.newUser();
    await login(user.username, user.password, '203.0.113.30');
    expect((await about(user)).map(({ ip }) => ip)).toContain('203.0.113.30');
    await app.as(admin).delete(`/users/${user.id}`, from('198.51.100.10'));
    const told = (await about(user)).map(({ type, ip }) => [type, ip]);
    expect(told.slice(0, 2)).toEqual([
      ['user.deleted', '198.51.100.10'],
      ['session.created', null],
    ]);
    const rows = await app.database.query(statement(`SELECT 1 FROM event_origins WHERE ip = '203.0.113.30'`));
    expect(rows).toEqual([]);
  });

  it('is read page by page, newest first, by admins alone', async () => {
    const user = await app.newUser();
    for (let i = 0; i < 3; i++) await login(user.username, user.password, '203.0.113.40');
    const first = await app.as(admin).get(`/auth/audit?limit=2&userId=${user.id}`);
    const next = await app
      .as(admin)
      .get(
        `/auth/audit?limit=2&userId=${user.id}&cursor=${encodeURIComponent(String(first.body.nextCursor))}`,
      );
    const ids = [...itemsOf(first), ...itemsOf(next)].map(({ id }) => Number(id));
    expect(ids).toHaveLength(4);
    expect(ids).toEqual(ids.toSorted((a, b) => b - a));
    expect((await app.as(user).get('/auth/audit')).status).toBe(403);
  });
});
