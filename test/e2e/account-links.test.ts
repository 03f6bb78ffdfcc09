import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';

const GOOD = 'something long and new';

describe('links that set a password, where no mail is set up', () => {
  let app: TestApp;
  let admin: TestUser;
  let users = 0;

  beforeAll(async () => {
    app = await TestApp.start({ PUBLIC_URL: 'https://fuse.example.org' });
    admin = await app.newUser({ role: 'admin' });
  });
  afterAll(() => app.close());

  const invite = async (role = 'user', headers = {}) => {
    const username = `guest-${++users}`;
    const body = { username, email: `${username}@example.org`, role };
    return app.as(admin).post('/users', body, headers);
  };
  const tokenOf = (link: unknown) => String(link).split('#token=')[1] ?? '';
  const reset = (token: string, newPassword = GOOD) =>
    app.anonymous.post('/auth/password/reset', { token, newPassword });
  const login = (name: string, password: string) =>
    app.anonymous.post('/auth/login', { login: name, password });
  const linkFor = async (id: string) => {
    const answer = await app.as(admin).post(`/users/${id}/password-reset`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    return String(answer.body.link);
  };

  it('invite: the admin passes the link on, and who opens it is active', async () => {
    const made = await invite('viewer');
    expect([made.status, made.body.status]).toEqual([201, 'invited']);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const link = String(made.body.invitationLink);
    expect(link).toMatch(/^https:\/\/fuse\.example\.org\/password#token=[\w-]{43}$/);
    expect((await reset(tokenOf(link))).status).toBe(204);
    const signedIn = await login(String(made.body.username), GOOD);
    expect(signedIn.body.user).toMatchObject({ status: 'active', role: 'viewer' });
    expect((await reset(tokenOf(link))).body.code).toBe('invalid_link');
  });

  it('are not in what is kept: neither in the tables nor in stored replies', async () => {
    const key = { 'idempotency-key': 'invite once' };
    const made = await invite('user', key);
    const { username, email } = made.body;
    const replayed = await app.as(admin).post('/users', { username, email, role: 'user' }, key);
    expect(replayed.headers.get('idempotent-replayed')).toBe('true');
    expect(replayed.body).not.toHaveProperty('invitationLink');
    const rows = await app.database.query(
      statement(
        `SELECT t::text AS row FROM one_time_tokens t UNION ALL SELECT k::text FROM idempotency_keys k`,
      ),
    );
    expect(JSON.stringify(rows)).not.toContain(tokenOf(made.body.invitationLink));
  });

  it('reset: all sessions end, and older links are good no more', async () => {
    const user = await app.newUser();
    const older = await linkFor(user.id);
    const link = await linkFor(user.id);
    expect((await app.as(user).get('/tasks')).status).toBe(200);
    expect((await reset(tokenOf(older))).status).toBe(401);
    expect((await reset(tokenOf(link))).status).toBe(204);
    expect((await app.as(user).get('/tasks')).status).toBe(401);
    expect((await login(user.username, user.password)).status).toBe(401);
    expect((await login(user.username, GOOD)).status).toBe(200);
  });

  it('are good once, also for several at the same moment', async () => {
    const user = await app.newUser();
    const token = tokenOf(await linkFor(user.id));
    const answers = await Promise.all(Array.from({ length: 5 }, () => reset(token)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 401, 401, 401, 401]);
  });

  it('end by time, by suspension and by erasure', async () => {
    const [late, suspended, erased] = [await app.newUser(), await app.newUser(), await app.newUser()];
    const tokens = [];
    for (const { id } of [late, suspended, erased]) tokens.push(tokenOf(await linkFor(id)));
    await app.database.query(statement(`UPDATE one_time_tokens SET expires_at = now() WHERE user_id = $1`), [
      late.id,
    ]);
    await app.as(admin).patch(`/users/${suspended.id}`, { status: 'suspended' });
    await app.as(admin).delete(`/users/${erased.id}`);
    for (const token of tokens) expect((await reset(token)).status).toBe(401);
    await app.as(admin).patch(`/users/${suspended.id}`, { status: 'active' });
    expect((await login(suspended.username, suspended.password)).status).toBe(200);
  });

  it('are for people: an agent has no password', async () => {
    const agent = await app.newUser({ role: 'agent' });
    const answer = await app.as(admin).post(`/users/${agent.id}/password-reset`);
    expect([answer.status, answer.body.code]).toEqual([422, 'no_password']);
  });

  it('are asked for with the same answer whoever asks, though none comes', async () => {
    const user = await app.newUser();
    for (const email of [user.email, 'nobody@example.org']) {
      const answer = await app.anonymous.post('/auth/password/forgot', { email });
      expect([answer.status, answer.body]).toEqual([202, { message: expect.any(String) as string }]);
    }
    const events = await app.database.query<{ subject: string | null }>(
      statement(`SELECT subject_id AS subject FROM events WHERE type = 'user.reset_requested' ORDER BY id`),
    );
    expect(events).toEqual([{ subject: user.id }, { subject: null }]);
    const mails = await app.database.query(statement('SELECT * FROM outgoing_mails'));
    expect(mails).toEqual([]);
  });

  it('are not for strangers while registration is closed', async () => {
    const answer = await app.anonymous.post('/auth/register', { username: 'x', email: 'x@example.org' });
    expect([answer.status, answer.body.code]).toEqual([403, 'registration_closed']);
  });

  it.each(['12345678', 'Password1', 'iloveyou1', 'QWERTYUIOP'])(
    'do not take the password %s',
    async (common) => {
      const user = await app.newUser();
      const token = tokenOf(await linkFor(user.id));
      const answer = await reset(token, common);
      expect(answer.body.errors).toMatchObject([{ pointer: '#/newPassword', code: 'too_common' }]);
      expect((await reset(token)).status).toBe(204);
    },
  );

  it('lead to a page of its own, whose script is a file', async () => {
    const page = await app.anonymous.get('//password');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('<script src="/password/password.js" defer>');
    const script = await app.anonymous.get('//password/password.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(() => new Function(script.text)).not.toThrow();
  });
});

describe('a stored hash', () => {
  it('is renewed at the next login when its parameters are not those of today', async () => {
    const app = await TestApp.start();
    const user = await app.newUser();
    const { hash } = await import('@node-rs/argon2');
    const old = await hash(user.password, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    await app.database.query(statement('UPDATE users SET password_hash = $2 WHERE id = $1'), [user.id, old]);
    const stored = async () => {
      const sql = statement('SELECT password_hash AS hash FROM users WHERE id = $1');
      const [row] = await app.database.query<{ hash: string }>(sql, [user.id]);
      return row?.hash;
    };
    const login = () => app.anonymous.post('/auth/login', { login: user.username, password: user.password });
    expect((await login()).status).toBe(200);
    const renewed = await stored();
    expect(renewed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await login()).status).toBe(200);
    expect(await stored()).toBe(renewed);
    await app.close();
  });
});
