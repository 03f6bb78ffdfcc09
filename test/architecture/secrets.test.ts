import { statement } from '@app/database';
import type { Answer } from '../support/client';
import { SCENARIOS } from '../support/routes/scenarios';
import { RouteSession } from '../support/routes/session';

const KEYS = Object.keys(SCENARIOS);

/** What the database keeps and no client is ever told: all of it, as it is when the test ends. */
const STORED = statement(`
  SELECT password_hash AS secret FROM users WHERE length(password_hash) > 1
  UNION ALL SELECT token_hash FROM refresh_tokens UNION ALL SELECT token_hash FROM one_time_tokens
  UNION ALL SELECT token_hash FROM api_tokens UNION ALL SELECT file_path FROM attachments
  UNION ALL SELECT fingerprint FROM idempotency_keys`);

const PLANTED = 'planted: nobody may see this';
/** The settings that the tests run with. */
const SETTINGS = ['a secret for tests alone, of 32+ bytes', 'fuse-test-', 'smtp://127.0.0.1:1'];

describe('a secret', () => {
  let session: RouteSession;
  const log: string[] = [];
  const answers: { readonly key: string; readonly text: string }[] = [];

  const keep = (key: string, { text, headers }: Answer) => {
    answers.push({ key, text: `${text} ${JSON.stringify([...headers])}` });
  };

  beforeAll(async () => {
    session = await RouteSession.start((line) => log.push(line));
    for (const key of KEYS) {
      const { client, call } = await session.prepare(key);
      keep(key, await session.send(client, key, call));
      const form = call.body instanceof FormData;
      if (call.body === undefined || call.body === null || form) continue;
      const { method } = session.operation(key);
      const planted = Object.keys(call.body).map((name) => ({
        ...(call.body as object),
        [name]: [[PLANTED]],
      }));
      const broken = `{"password": "${PLANTED}", `;
      const json = { 'content-type': 'application/json' };
      for (const body of planted) keep(key, await client.send(method, call.path, body));
      keep(key, await client.send(method, call.path, broken, json));
    }
    const { app, world } = session;
    for (const [login, password] of [
      [world.stranger.username, PLANTED],
      [PLANTED, world.stranger.password],
    ])
      keep('login', await app.anonymous.post('/auth/login', { login, password }));
    const refresh = { refreshToken: PLANTED };
    keep('refresh', await app.anonymous.post('/auth/refresh', refresh));
    const bearer = PLANTED.replaceAll(' ', '-');
    keep('bearer', await app.as({ accessToken: bearer }).get(`/tasks?q=${encodeURIComponent(PLANTED)}`));
    keep('link', await app.anonymous.post('/auth/password/reset', { token: PLANTED, newPassword: PLANTED }));
    await app.database.query(statement('ALTER TABLE users RENAME COLUMN password_hash TO gone'));
    const failing = { login: world.stranger.username, password: PLANTED };
    keep('failure', await app.anonymous.post('/auth/login', failing));
    await app.database.query(statement('ALTER TABLE users RENAME COLUMN gone TO password_hash'));
  });
  afterAll(() => session.close());

  const found = (secrets: readonly string[]) => [
    ...answers.filter(({ text }) => secrets.some((secret) => text.includes(secret))).map(({ key }) => key),
    ...log.filter((line) => secrets.some((secret) => line.includes(secret))),
  ];

  it('was sent, and failures were logged, or this test shows nothing', () => {
    expect(answers.length).toBeGreaterThan(2 * KEYS.length);
    expect(log.length).toBeGreaterThan(answers.length);
    expect(answers.find(({ key }) => key === 'failure')?.text).toContain('internal_error');
    expect(log.some((line) => line.includes('password_hash'))).toBe(true);
  });

  it('that a client sent comes back in no answer and stands in no line of the log', () => {
    expect(found([PLANTED, PLANTED.replaceAll(' ', '-'), encodeURIComponent(PLANTED)])).toEqual([]);
  });

  it('of the database is in no answer and in no line of the log: hashes and paths of files', async () => {
    const rows = await session.app.database.query<{ secret: string }>(STORED);
    const secrets = rows.map(({ secret }) => secret);
    expect(secrets.length).toBeGreaterThan(20);
    expect(found(secrets)).toEqual([]);
  });

  it('of the settings is in no answer and in no line of the log', () => {
    expect(found(SETTINGS)).toEqual([]);
  });

  it('that a client may have is not in the log: passwords and tokens', () => {
    const { users, stranger } = session.world;
    const people = [...Object.values(users), stranger];
    const tokens = answers.flatMap(
      ({ text }) => text.match(/"(?:accessToken|refreshToken|token)" ?: ?"[^"]+"/g) ?? [],
    );
    expect(tokens.length).toBeGreaterThan(4);
    const values = tokens.map((each) => each.split(/: ?"/)[1]?.slice(0, -1) ?? each);
    const secrets = [...values, ...people.flatMap(({ password, accessToken }) => [password, accessToken])];
    expect(log.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
    const passwords = people.map(({ password }) => password);
    expect(answers.filter(({ text }) => passwords.some((password) => text.includes(password)))).toEqual([]);
  });
});
