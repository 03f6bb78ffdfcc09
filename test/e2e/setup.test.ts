import { SetupService, type Preparation } from '../../apps/api/src/setup/setup.service';
import { TestApp } from '../support/app';

const ADMIN = { username: 'first', email: 'first@example.org', password: 'password of the first' };

function tokenOf(preparation: Preparation): string {
  if (preparation.admin !== 'missing') throw new Error(`no link: admin is ${preparation.admin}`);
  return preparation.link.split('#token=')[1] ?? '';
}

describe('the first administrator', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ PUBLIC_URL: 'https://fuse.example.org/' });
  });
  afterEach(() => app.close());

  const prepare = () => app.get(SetupService).prepare();
  const redeem = (input: object) => app.anonymous.post('/setup', input);
  const admins = async () => {
    const rows = await app.database.query<{ username: string }>({
      text: `SELECT username FROM users WHERE role = 'admin' AND status = 'active'`,
    });
    return rows.map(({ username }) => username);
  };

  it('comes of the link, once, and can sign in', async () => {
    const preparation = await prepare();
    expect(preparation).toEqual({
      admin: 'missing',
      link: expect.stringMatching(/^https:\/\/fuse\.example\.org\/setup#token=[\w-]{43}$/),
    });
    const token = tokenOf(preparation);
    const made = await redeem({ token, ...ADMIN });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      username: 'first',
      email: ADMIN.email,
      role: 'admin',
      status: 'active',
    });
    expect(made.headers.get('location')).toBe(`/api/v1/users/${made.body.id}`);
    const login = await app.anonymous.post('/auth/login', { login: 'first', password: ADMIN.password });
    expect(login.status).toBe(200);

    const again = await redeem({ token, ...ADMIN, username: 'second', email: 'second@example.org' });
    expect([again.status, again.body.code]).toEqual([410, 'setup_done']);
    const guess = await redeem({ ...ADMIN, token: 'wrong' });
    expect([guess.status, guess.body.code]).toEqual([410, 'setup_done']);
    expect(await prepare()).toEqual({ admin: 'present' });
    expect(await admins()).toEqual(['first']);
  });

  it('is one of 20 at once', async () => {
    const token = tokenOf(await prepare());
    const attempts = Array.from({ length: 20 }, (_, i) =>
      redeem({ token, ...ADMIN, username: `first-${i}`, email: `first-${i}@example.org` }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, ...Array.from({ length: 19 }, () => 410)]);
    expect(await admins()).toHaveLength(1);
  });

  it('does not come of a wrong, an older or an expired link', async () => {
    const older = tokenOf(await prepare());
    const token = tokenOf(await prepare());
    const refused = async (given: string) => {
      const answer = await redeem({ token: given, ...ADMIN });
      return [answer.status, answer.body.code, answer.headers.get('www-authenticate')];
    };
    const refusal = [401, 'invalid_setup_token', 'Bearer'];
    expect(await refused('wrong')).toEqual(refusal);
    expect(await refused(older)).toEqual(refusal);
    await app.database.query({ text: `UPDATE one_time_tokens SET expires_at = now()` });
    expect(await refused(token)).toEqual(refusal);
    expect(await admins()).toEqual([]);
  });

  it('leaves the link good when a name is taken or input is wrong', async () => {
    const token = tokenOf(await prepare());
    const { username, email } = await app.newUser();
    const name = await redeem({ token, ...ADMIN, username });
    expect([name.status, name.body.code]).toEqual([409, 'username_taken']);
    const address = await redeem({ token, ...ADMIN, email });
    expect([address.status, address.body.code]).toEqual([409, 'email_taken']);
    expect((await redeem({ token, ...ADMIN })).status).toBe(201);
  });

  it('has no default password, and no field but those', async () => {
    const token = tokenOf(await prepare());
    const pointers = async (input: object) => {
      const { status, body } = await redeem(input);
      return [status, (body.errors as unknown as { pointer: string }[]).map(({ pointer }) => pointer)];
    };
    const { password, ...rest } = ADMIN;
    expect(await pointers({ token, ...rest })).toEqual([400, ['#/password']]);
    expect(await pointers({ token, ...rest, password: 'short' })).toEqual([400, ['#/password']]);
    expect(await pointers({ token, ...rest, username: 'a@b', password })).toEqual([400, ['#/username']]);
    expect(await pointers({ token, ...ADMIN, role: 'admin' })).toEqual([400, ['#/role']]);
    expect(await pointers({ ...ADMIN })).toEqual([400, ['#/token']]);
    expect(await pointers({ ...ADMIN, token: 'x\0' })).toEqual([400, ['#/token']]);
  });

  it('keeps only the hash of the token', async () => {
    const token = tokenOf(await prepare());
    const rows = await app.database.query({ text: 'SELECT * FROM one_time_tokens' });
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('has a page whose script is a file of its own', async () => {
    const page = await app.anonymous.get('//setup', { accept: 'text/html' });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)|\son\w+=/);
    const [, source] = /<script src="([^"]+)"/.exec(page.text) ?? [];
    const script = await app.anonymous.get(`/${source}`);
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(() => new Function(script.text)).not.toThrow();
    for (const [, id] of page.text.matchAll(/<input id="([^"]+)"/g))
      expect(page.text).toContain(`<label for="${id}">`);
  });
});

describe('the first administrator by settings', () => {
  let app: TestApp;
  const settings = {
    ADMIN_USERNAME: 'root',
    ADMIN_EMAIL: 'root@example.org',
    ADMIN_PASSWORD: 'root password',
  };

  beforeEach(async () => {
    app = await TestApp.start(settings);
  });
  afterEach(() => app.close());

  const prepare = () => app.get(SetupService).prepare();

  it('is made once, also by several starts at once', async () => {
    const starts = await Promise.all([prepare(), prepare(), prepare()]);
    expect(starts.filter(({ admin }) => admin === 'made')).toEqual([{ admin: 'made', username: 'root' }]);
    expect(starts.filter(({ admin }) => admin === 'present')).toHaveLength(2);
    const login = await app.anonymous.post('/auth/login', { login: 'root', password: 'root password' });
    expect([login.status, login.body.user?.role]).toEqual([200, 'admin']);
  });

  it('is not made beside another', async () => {
    await app.newUser({ role: 'admin' });
    expect(await prepare()).toEqual({ admin: 'present' });
  });

  it('does not take the account of somebody else', async () => {
    const user = await app.newUser();
    await app.as(user).patch('/users/me', { username: 'ROOT' });
    await expect(prepare()).rejects.toThrow('ADMIN_USERNAME: ');
    await app.as(user).patch('/users/me', { username: 'other', email: 'Root@example.org' });
    await expect(prepare()).rejects.toThrow('ADMIN_EMAIL: ');
  });
});
