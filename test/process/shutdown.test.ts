import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '@app/database';
import { freePort } from '../support/free-port';
import { ServerProcess } from '../support/server-process';
import { lockWaiters } from '../support/lock-waiters';
import { until } from '../support/until';

const ADMIN = { username: 'root-admin', email: 'admin@example.org', password: 'a password for tests' };

describe('SIGTERM', () => {
  let database: TestDatabase;
  let dataDir: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'fuse-test-'));
  });
  afterAll(async () => {
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('answers the requests in flight, and then exits with 0', async () => {
    const server = ServerProcess.spawn(await freePort(), {
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests alone, of 32+ bytes',
      DATA_DIR: dataDir,
      ADMIN_USERNAME: ADMIN.username,
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
    });
    await server.ready();
    const login = await server.client.post('/auth/login', { login: ADMIN.email, password: ADMIN.password });
    const authorization = `Bearer ${login.body.accessToken}`;
    const made = await server.client.post('/tasks', { title: 'In flight' }, { authorization });
    const locker = new Client(database.url);
    await locker.connect();
    await locker.query('BEGIN');
    await locker.query('SELECT 1 FROM tasks WHERE id = $1 FOR UPDATE', [made.body.id]);

    const path = `/tasks/${made.body.id}`;
    const inFlight = server.client.patch(path, { title: 'Landed' }, { authorization });
    await until(async () => (await lockWaiters(locker)) > 0);
    server.child.kill('SIGTERM');
    while (!server.output.includes('shutting down')) await new Promise((resolve) => setImmediate(resolve));
    await locker.query('COMMIT');
    await locker.end();

    expect((await inFlight).body.title).toBe('Landed');
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  it('says that it is not ready, and serves on for as long as DRAIN_SECONDS tells', async () => {
    const server = ServerProcess.spawn(await freePort(), {
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests alone, of 32+ bytes',
      DATA_DIR: dataDir,
      DRAIN_SECONDS: '2',
    });
    await server.ready();
    server.child.kill('SIGTERM');
    const statusOf = async (path: string) => (await server.client.get(path)).status;
    await until(async () => (await statusOf('//health/ready')) === 503);
    expect(await statusOf('//health/live')).toBe(200);
    expect(await statusOf('/tasks')).toBe(401);
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });
});
