import { TestApp, type TestUser } from '../support/app';

const email = 'someone@example.org';

describe('what is written of a user', () => {
  let app: TestApp;
  let admin: TestUser;
  let ada: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.newUser({ role: 'admin' });
    ada = await app.newUser();
  });
  afterAll(() => app.close());

  it.each([
    ['an @', { username: 'a@b', email }, '#/username', 'bad_format'],
    ['a control character', { username: 'a\u0007b', email }, '#/username', 'bad_format'],
    ['a line separator', { username: 'a\u2028b', email }, '#/username', 'bad_format'],
    ['nothing to see', { username: '\u200b\u200d', email }, '#/username', 'bad_format'],
    ['white space around', { username: ' ada', email }, '#/username', 'bad_format'],
    ['white space alone', { username: ' ', email }, '#/username', 'bad_format'],
    ['NUL', { username: 'a\0', email }, '#/username', 'nul_character'],
    ['nothing', { username: '', email }, '#/username', 'too_short'],
    ['too much', { username: 'x'.repeat(256), email }, '#/username', 'too_long'],
    ['a number', { username: 1, email }, '#/username', 'wrong_type'],
    ['null', { username: null, email }, '#/username', 'not_nullable'],
    ['no email', { username: 'someone' }, '#/email', 'required'],
    ['a bad email', { username: 'someone', email: 'x' }, '#/email', 'invalid_email'],
    ['a reserved email', { username: 'someone', email: 'x@users.invalid' }, '#/email', 'bad_format'],
    ['a short password', { username: 'someone', email, password: '1234567' }, '#/password', 'too_short'],
    ['a long password', { username: 'someone', email, password: 'x'.repeat(129) }, '#/password', 'too_long'],
    ['an unknown role', { username: 'someone', email, role: 'root' }, '#/role', 'not_allowed'],
    ['a status', { username: 'someone', email, status: 'active' }, '#/status', 'unknown_field'],
    ['a hash', { username: 'someone', email, passwordHash: '!' }, '#/passwordHash', 'unknown_field'],
  ])('refuses %s', async (_, input, pointer, code) => {
    const answer = await app.as(admin).post('/users', input);
    expect([answer.status, answer.body.errors]).toEqual([
      400,
      [expect.objectContaining({ in: 'body', pointer, code })],
    ]);
  });

  it('refuses the name that an erased user would need', async () => {
    const answer = await app.as(ada).patch('/users/me', { username: `Erased-${admin.id}` });
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
  });

  it.each(['id', 'role', 'status', 'passwordHash', 'password', 'createdAt', 'lastLogin'])(
    'refuses %s in a profile',
    async (field) => {
      const answer = await app.as(ada).patch('/users/me', { [field]: 'admin' });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain(`#/${field}`);
    },
  );

  it.each(['invited', 'deleted', null, 1])('refuses %s as a status', async (status) => {
    const answer = await app.as(admin).patch(`/users/${ada.id}`, { status });
    expect(answer.status).toBe(400);
  });

  it.each([
    '/users/1',
    '/users?status=deleted',
    '/users?role=root',
    '/users?q=',
    '/users?q=%00',
    '/users?createdSince=today',
    '/users?sort=email',
    '/users?cursor=x',
    '/users?limit=101',
    '/users?unknown=1',
  ])('refuses %s', async (path) => {
    expect((await app.as(admin).get(path)).status).toBe(400);
  });

  it('counts characters as the column does', async () => {
    const username = 'x\ufe0f'.repeat(128);
    const answer = await app.as(admin).post('/users', { username, email });
    const error = expect.objectContaining({ pointer: '#/username', code: 'too_long' });
    expect([answer.status, answer.body.errors]).toEqual([400, [error]]);
  });

  it('keeps the longest names as they came', async () => {
    const username = '𝄞'.repeat(255);
    const made = await app.as(admin).post('/users', { username, email });
    expect([made.status, made.body.username]).toEqual([201, username]);
  });
});
