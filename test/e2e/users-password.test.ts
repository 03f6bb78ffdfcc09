import { TestApp, type TestUser } from '../support/app';

describe('changing a password', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  const signIn = async (user: TestUser, password = user.password) => {
    const answer = await app.anonymous.post('/auth/login', { login: user.username, password });
    return { status: answer.status, accessToken: String(answer.body?.accessToken) };
  };
  const change = (user: Pick<TestUser, 'accessToken'>, input: object) =>
    app.as(user).put('/users/me/password', input);

  it('takes the current one, and ends the other sessions', async () => {
    const user = await app.newUser();
    const elsewhere = await signIn(user);
    const newPassword = 'ñ 🔑 と 한 x';
    expect((await change(user, { currentPassword: user.password, newPassword })).status).toBe(204);
    expect((await app.as(user).get('/users/me')).status).toBe(200);
    expect((await app.as(elsewhere).get('/users/me')).status).toBe(401);
    expect((await signIn(user)).status).toBe(401);
    expect((await signIn(user, newPassword)).status).toBe(200);
  });

  it('leaves the other sessions where asked to', async () => {
    const user = await app.newUser();
    const elsewhere = await signIn(user);
    const input = { currentPassword: user.password, newPassword: 'another one', endOtherSessions: false };
    expect((await change(user, input)).status).toBe(204);
    expect((await app.as(elsewhere).get('/users/me')).status).toBe(200);
  });

  it('refuses a wrong current one and changes nothing', async () => {
    const user = await app.newUser();
    const elsewhere = await signIn(user);
    const answer = await change(user, { currentPassword: 'wrong', newPassword: 'another one' });
    expect([answer.status, answer.body.code]).toEqual([422, 'wrong_password']);
    expect(answer.body.errors).toEqual([
      expect.objectContaining({ in: 'body', pointer: '#/currentPassword' }),
    ]);
    expect((await app.as(elsewhere).get('/users/me')).status).toBe(200);
    expect((await signIn(user)).status).toBe(200);
  });

  it('lets one of several changes at once win', async () => {
    const user = await app.newUser();
    const attempts = Array.from({ length: 5 }, (_, i) =>
      change(user, { currentPassword: user.password, newPassword: `password number ${i}` }),
    );
    const statuses = (await Promise.all(attempts)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([204, 422, 422, 422, 422]);
  });

  it.each([
    [{ newPassword: 'long enough' }, '#/currentPassword'],
    [{ currentPassword: 'x' }, '#/newPassword'],
    [{ currentPassword: 'x', newPassword: '1234567' }, '#/newPassword'],
    [{ currentPassword: 'x', newPassword: 'x'.repeat(129) }, '#/newPassword'],
    [{ currentPassword: 'x', newPassword: 'x\0xxxxxxx' }, '#/newPassword'],
    [{ currentPassword: 'x', newPassword: 'long enough', endOtherSessions: 'no' }, '#/endOtherSessions'],
    [{ currentPassword: 'x', newPassword: 'long enough', userId: 'x' }, '#/userId'],
  ])('refuses %j', async (input, pointer) => {
    const answer = await change(await app.newUser(), input);
    expect([answer.status, answer.body.errors]).toEqual([400, [expect.objectContaining({ pointer })]]);
  });

  it('leaves an event that admins alone see', async () => {
    const user = await app.newUser();
    await change(user, { currentPassword: user.password, newPassword: 'another one' });
    const events = await app.database.query(
      { text: `SELECT type, actor_id, data FROM events WHERE subject_id = $1 AND type LIKE '%password%'` },
      [user.id],
    );
    expect(events).toEqual([{ type: 'user.password_changed', actor_id: user.id, data: {} }]);
  });
});
