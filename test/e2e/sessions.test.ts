import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { itemsOf, type Json, type Tokens, tokensOf } from '../support/client';

describe('sessions', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(async () => {
    user = await app.newUser();
  });
  afterAll(() => app.close());

  const signIn = async (device = 'a browser') => {
    const { username: login, password } = user;
    return tokensOf(await app.anonymous.post('/auth/login', { login, password }, { 'user-agent': device }));
  };
  const works = async (tokens: Pick<Tokens, 'accessToken'>) =>
    (await app.as(tokens).get('/tasks')).status === 200;
  const refresh = (refreshToken: string) => app.anonymous.post('/auth/refresh', { refreshToken });
  const sessionsOf = async (tokens: Pick<Tokens, 'accessToken'>) =>
    itemsOf(await app.as(tokens).get('/auth/sessions'));
  const deviceOf = (session: Json | undefined) => session?.device;

  it('are listed with the device they are on, the one in use marked', async () => {
    const laptop = await signIn('a laptop');
    await signIn('a phone');
    const sessions = await sessionsOf(laptop);
    expect(sessions.map(deviceOf)).toEqual(['a phone', 'a laptop', 'test']);
    expect(sessions.map(({ current }) => current)).toEqual([false, true, false]);
    expect(Object.keys(sessions[0] ?? {}).toSorted()).toEqual(
      ['createdAt', 'current', 'device', 'expiresAt', 'id', 'ip', 'lastUsedAt'].toSorted(),
    );
    expect(sessions[0]?.ip).toBe('127.0.0.1');
  });

  it('end one by one, from the next request on', async () => {
    const [laptop, phone] = [await signIn('a laptop'), await signIn('a phone')];
    const id = (await sessionsOf(laptop)).find((session) => deviceOf(session) === 'a phone')?.id;
    const stranger = await app.newUser();
    expect((await app.as(stranger).delete(`/auth/sessions/${id}`)).body.code).toBe('session_not_found');
    expect(await works(phone)).toBe(true);
    expect((await app.as(laptop).delete(`/auth/sessions/${id}`)).status).toBe(204);
    expect([await works(phone), await works(laptop)]).toEqual([false, true]);
    expect((await refresh(phone.refreshToken)).status).toBe(401);
    expect((await sessionsOf(laptop)).map(deviceOf)).not.toContain('a phone');
  });

  it('end all at once, those of others left alone', async () => {
    const [laptop, phone, stranger] = [await signIn(), await signIn(), await app.newUser()];
    expect((await app.as(laptop).post('/auth/logout-all')).status).toBe(204);
    expect([await works(phone), await works(laptop), await works(user)]).toEqual([false, false, false]);
    expect(await works(stranger)).toBe(true);
  });

  it('have one live refresh token at most, however many refreshes come at once', async () => {
    const { refreshToken } = await signIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeLessThanOrEqual(1);
    expect(answers.filter(({ status }) => status !== 200 && status !== 401)).toEqual([]);
    for (const answer of won) expect((await refresh(tokensOf(answer).refreshToken)).status).toBe(401);
  });

  const age = (column: string, seconds: number) =>
    app.database.query(
      statement(`UPDATE sessions SET ${column} = now() - make_interval(secs => $2) WHERE user_id = $1`),
      [user.id, seconds],
    );

  it('end when they are idle for long, and after their whole time', async () => {
    const idle = await signIn();
    await age('last_used_at', 14 * 24 * 3600 + 1);
    expect((await refresh(idle.refreshToken)).status).toBe(401);
    expect(await sessionsOf(idle)).toEqual([]);
    const old = await signIn();
    await age('expires_at', 1);
    expect((await refresh(old.refreshToken)).status).toBe(401);
    expect(await works(old)).toBe(false);
  });
});

describe('the settings of sessions', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({
      ACCESS_TOKEN_SECONDS: '60',
      SESSION_SECONDS: '1000',
      REFRESH_GRACE_SECONDS: '60',
    });
    user = await app.newUser();
  });
  afterAll(() => app.close());

  const signIn = () => app.anonymous.post('/auth/login', { login: user.username, password: user.password });

  it('bound their lives', async () => {
    const answer = await signIn();
    expect(answer.body.expiresIn).toBe(60);
    const [, claims = ''] = tokensOf(answer).accessToken.split('.');
    const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, number>;
    expect((exp ?? 0) - (iat ?? 0)).toBe(60);
    const [session] = itemsOf(await app.as(tokensOf(answer)).get('/auth/sessions'));
    const seconds = Date.parse(session?.expiresAt ?? '') - Date.parse(session?.createdAt ?? '');
    expect(seconds).toBe(1_000_000);
  });

  it('give a lost answer its seconds of grace, and no more', async () => {
    const { refreshToken } = tokensOf(await signIn());
    const refresh = (token: string) => app.anonymous.post('/auth/refresh', { refreshToken: token });
    expect((await refresh(refreshToken)).status).toBe(200);
    const again = await refresh(refreshToken);
    expect(again.status).toBe(200);
    await app.database.query(
      statement(
        `UPDATE refresh_tokens SET used_at = used_at - interval '61 seconds' WHERE used_at IS NOT NULL`,
      ),
    );
    expect((await refresh(refreshToken)).status).toBe(401);
    expect((await refresh(tokensOf(again).refreshToken)).status).toBe(401);
  });
});
