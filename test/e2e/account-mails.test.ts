import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { MailServer, tokenIn } from '../support/mail-server';
import { until } from '../support/until';

const GOOD = 'something long and new';

describe('links that set a password, by mail', () => {
  let app: TestApp;
  let server: MailServer;
  let admin: TestUser;

  beforeAll(async () => {
    server = await MailServer.start();
    app = await TestApp.start({
      SMTP_URL: server.url,
      MAIL_FROM: 'The New Fuse <fuse@example.org>',
      PUBLIC_URL: 'https://fuse.example.org',
      REGISTRATION: 'open',
    });
    admin = await app.newUser({ role: 'admin' });
  });
  afterAll(async () => {
    await app.close();
    await server.stop();
  });

  const reset = (token: string) => app.anonymous.post('/auth/password/reset', { token, newPassword: GOOD });
  const forgot = (email: string) => app.anonymous.post('/auth/password/forgot', { email });
  const register = (username: string, email: string) =>
    app.anonymous.post('/auth/register', { username, email });
  const login = (name: string) => app.anonymous.post('/auth/login', { login: name, password: GOOD });
  const queued = async () => {
    const [row] = await app.database.query<{ n: number }>(
      statement('SELECT count(*)::int AS n FROM outgoing_mails'),
    );
    return row?.n;
  };

  it('invite, and the answer to the admin has none', async () => {
    const email = 'invited@example.org';
    const made = await app.as(admin).post('/users', { username: 'invited', email });
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty('invitationLink');
    const mail = await server.next(email);
    expect(mail.text).toContain('From: The New Fuse <fuse@example.org>');
    expect(mail.text).toContain('https://fuse.example.org/password#token=');
    expect((await reset(tokenIn(mail))).status).toBe(204);
    expect((await login('invited')).status).toBe(200);
  });

  it('reset for an admin who asks, and for who forgot', async () => {
    const user = await app.newUser();
    const asked = await app.as(admin).post(`/users/${user.id}/password-reset`);
    expect(asked.body).toEqual({ link: null });
    await server.next(user.email);
    expect((await forgot(user.email.toUpperCase())).status).toBe(202);
    const mail = await server.next(user.email);
    expect((await reset(tokenIn(mail))).status).toBe(204);
    expect((await login(user.username)).status).toBe(200);
  });

  it('go to nobody who has no account, has none any more, or needs none', async () => {
    const [agent, suspended] = [await app.newUser({ role: 'agent' }), await app.newUser()];
    await app.as(admin).patch(`/users/${suspended.id}`, { status: 'suspended' });
    const texts = [];
    for (const email of ['nobody@example.org', agent.email, suspended.email]) {
      const answer = await forgot(email);
      texts.push([answer.status, answer.text]);
    }
    expect(new Set(texts.map(String)).size).toBe(1);
    await until(async () => (await queued()) === 0);
    expect(server.left).toEqual([]);
  });

  it('register: an account waits for its link', async () => {
    expect((await register('grace', 'grace@example.org')).status).toBe(202);
    const mail = await server.next('grace@example.org');
    expect((await login('grace')).status).toBe(401);
    expect((await reset(tokenIn(mail))).status).toBe(204);
    expect((await login('grace')).body.user).toMatchObject({ role: 'user', status: 'active' });
  });

  it('register: what is taken is told to the owner of the address alone', async () => {
    const user = await app.newUser();
    const answers = [
      await register('somebody new', user.email),
      await register(user.username.toUpperCase(), 'new@example.org'),
      await register('hopper', 'hopper@example.org'),
    ];
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect((await server.next(user.email)).text).toContain('You have one already');
    const taken = await server.next('new@example.org');
    expect([taken.text.includes('name that is taken'), tokenIn(taken)]).toEqual([true, '']);
    const invitation = await server.next('hopper@example.org');
    await register('another name', 'hopper@example.org');
    const again = await server.next('hopper@example.org');
    expect(again.text).toContain('named "hopper"');
    expect((await reset(tokenIn(invitation))).status).toBe(401);
    expect((await reset(tokenIn(again))).status).toBe(204);
  });

  it('are sent again when the server refused them, and no secret waits in the queue', async () => {
    const user = await app.newUser();
    server.refuse = 1;
    await forgot(user.email);
    const [waiting] = await until(async () => {
      const sql = statement('SELECT attempts, m::text AS row FROM outgoing_mails m WHERE attempts = 1');
      const rows = await app.database.query<{ attempts: number; row: string }>(sql);
      return rows.length > 0 && server.refuse === 0 && rows;
    });
    expect(waiting?.row).not.toContain(user.email);
    await app.database.query(statement('UPDATE outgoing_mails SET due_at = now()'));
    expect((await reset(tokenIn(await server.next(user.email)))).status).toBe(204);
    await until(async () => (await queued()) === 0);
  });

  it('are asked for five times an hour at most, alike for unknown addresses', async () => {
    for (const email of ['many@example.org', (await app.newUser()).email]) {
      for (let i = 0; i < 5; i++) expect((await forgot(email)).status).toBe(202);
      const refused = await forgot(email);
      expect([refused.status, Number(refused.headers.get('retry-after')) > 60]).toEqual([429, true]);
    }
  });
});
