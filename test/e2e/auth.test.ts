import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { tokensOf } from '../support/client';

describe('signing in', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
  });
  afterAll(() => app.close());

  const signIn = async () => tokensOf(await login(user.username, user.password));
  const login = (name: string, password: string) =>
    app.anonymous.post('/auth/login', { login: name, password });
  const refresh = (refreshToken: string) => app.anonymous.post('/auth/refresh', { refreshToken });
  const works = async (accessToken: string) => (await app.as({ accessToken }).get('/tasks')).status;

  it('takes the username or the email, without regard to case', async () => {
    for (const name of [user.username, user.email, user.username.toUpperCase(), user.email.toUpperCase()]) {
      const answer = await login(name, user.password);
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({
        tokenType: 'Bearer',
        expiresIn: 900,
        user: { id: user.id, email: user.email },
      });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(await works(tokensOf(answer).accessToken)).toBe(200);
    }
    const profile = (await login(user.username, user.password)).body.user;
    expect(profile?.lastLogin).not.toBeNull();
  });

  it('answers alike whatever is wrong', async () => {
    const agent = await app.newUser({ role: 'agent' });
    const suspended = await app.newUser();
    await app.database.query(statement(`UPDATE users SET status = 'suspended' WHERE id = $1`), [
      suspended.id,
    ]);
    const answers = [
      await login(user.username, 'wrong password'),
      await login('nobody', user.password),
      await login(agent.username, agent.password),
      await login(suspended.username, suspended.password),
    ];
    const shapes = answers.map(({ status, body }) =>
      JSON.stringify({ ...(body as object), requestId: '', status }),
    );
    expect(new Set(shapes).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ status: 401, code: 'invalid_credentials' });
  });

  it('trades a refresh token once, and ends the session when an old one comes again', async () => {
    const first = await signIn();
    const second = await refresh(first.refreshToken);
    expect(second.status).toBe(200);
    expect(tokensOf(second).refreshToken).not.toBe(first.refreshToken);
    expect(await works(tokensOf(second).accessToken)).toBe(200);
    expect((await refresh(first.refreshToken)).body.code).toBe('invalid_refresh_token');
    expect(await works(tokensOf(second).accessToken)).toBe(401);
    expect((await refresh(tokensOf(second).refreshToken)).status).toBe(401);
  });

  it('ends the session at logout, from the next request on', async () => {
    const { accessToken, refreshToken } = await signIn();
    expect((await app.as({ accessToken }).post('/auth/logout')).status).toBe(204);
    expect(await works(accessToken)).toBe(401);
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it('refuses who was suspended or demoted from the next request on', async () => {
    const someone = await app.newUser();
    expect((await app.as(someone).post('/tasks', { title: 'x' })).status).toBe(201);
    await app.database.query(statement(`UPDATE users SET role = 'viewer' WHERE id = $1`), [someone.id]);
    expect((await app.as(someone).post('/tasks', { title: 'x' })).status).toBe(403);
    await app.database.query(statement(`UPDATE users SET status = 'suspended' WHERE id = $1`), [someone.id]);
    expect(await works(someone.accessToken)).toBe(401);
  });

  it('refuses an access token as a refresh token and the reverse', async () => {
    const { accessToken, refreshToken } = await signIn();
    expect((await refresh(accessToken)).status).toBe(401);
    expect(await works(refreshToken)).toBe(401);
  });
});
