import { createTestDatabase, type TestDatabase } from '@app/database';
import { freePort } from '../support/free-port';
import { ServerProcess } from '../support/server-process';

describe('a start without an administrator', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  /** What one start prints until it is stopped; `use` is what happens while it serves. */
  const start = async (
    settings: object = {},
    use?: (server: ServerProcess, link: string) => Promise<void>,
  ) => {
    const server = ServerProcess.spawn(await freePort(), {
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests alone, of 32+ bytes',
      ...settings,
    });
    await server.ready();
    await use?.(server, linkIn(server.output));
    await server.stop();
    return server.output;
  };
  const linkIn = (output: string) => /http:\/\/localhost:\d+\/setup#token=[\w-]{43}/.exec(output)?.[0] ?? '';

  it('prints a link, a fresh one each time, until it is used', async () => {
    const first = linkIn(await start());
    expect(first).not.toBe('');
    const output = await start({}, async (server, link) => {
      expect(link.split('#')[1]).not.toBe(first.split('#')[1]);
      const admin = { username: 'first', email: 'first@example.org', password: 'planted password' };
      const old = await server.client.post('/setup', { ...admin, token: first.split('token=')[1] });
      expect(old.status).toBe(401);
      const made = await server.client.post('/setup', { ...admin, token: link.split('token=')[1] });
      expect(made.status).toBe(201);
    });
    expect(output).not.toContain('planted');
    expect(output.split('token=')).toHaveLength(2);
    expect(linkIn(await start())).toBe('');
  }, 90_000);

  it('makes the one that the settings name, and prints no password', async () => {
    const settings = {
      ADMIN_USERNAME: 'root',
      ADMIN_EMAIL: 'root@example.org',
      ADMIN_PASSWORD: 'planted password',
    };
    const output = await start(settings, async (server) => {
      const login = await server.client.post('/auth/login', { login: 'root', password: 'planted password' });
      expect(login.status).toBe(200);
    });
    expect(output).toContain('Made the first administrator from ADMIN_*: root');
    expect(output).not.toContain('planted');
    expect(linkIn(output)).toBe('');
    expect(await start(settings)).not.toContain('administrator');
  }, 90_000);
});
