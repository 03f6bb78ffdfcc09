import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/free-port';
import { ServerProcess } from '../support/server-process';
import { until } from '../support/until';

const ADMIN = { username: 'root-admin', email: 'admin@example.org', password: 'a password for tests' };

describe('WEB_CONCURRENCY', () => {
  let dataDir: string;
  let server: ServerProcess;
  const killed = new Set<number>();

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fuse-test-'));
    server = ServerProcess.spawn(await freePort(), { DATA_DIR: dataDir, WEB_CONCURRENCY: '2' });
    await server.ready();
  });
  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** A request on a connection of its own, so that the next worker gets it. @returns its status; 0: none came */
  const knock = () =>
    new Promise<number>((resolve) => {
      const options = { host: '127.0.0.1', port: server.port, path: '/health/ready', agent: false };
      const request = get(options, (response) => resolve(response.resume().statusCode ?? 0));
      request.on('error', () => resolve(0));
    });

  /** The processes that have answered requests, by their lines in the log. */
  const workers = () => {
    const lines = server.output.split('\n').filter((line) => line.includes('"msg":"request"'));
    return [...new Set(lines.map((line) => (JSON.parse(line) as { pid: number }).pid))];
  };

  /** Two that answer, other than those that were killed. */
  const twoWorkers = () =>
    until(async () => {
      await knock();
      const alive = workers().filter((pid) => !killed.has(pid));
      return alive.length === 2 && alive;
    });

  it('serves one database by several processes, with one link for the first administrator', async () => {
    const links = [...server.output.matchAll(/\/setup#token=(\S+)/g)].map(([, token]) => token);
    expect(links).toHaveLength(1);
    const made = await server.client.post('/setup', { token: links[0], ...ADMIN });
    expect(made.status).toBe(201);
    expect(await twoWorkers()).not.toContain(server.child.pid);
  });

  it('ends a session for all of them at once', async () => {
    const login = await server.client.post('/auth/login', { login: ADMIN.email, password: ADMIN.password });
    const headers = { authorization: `Bearer ${login.body.accessToken}`, connection: 'close' };
    expect((await server.client.get('/tasks', headers)).status).toBe(200);
    expect((await server.client.post('/auth/logout', undefined, headers)).status).toBe(204);
    const answers = await Promise.all(Array.from({ length: 8 }, () => server.client.get('/tasks', headers)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(401));
  });

  it('replaces a process that dies', async () => {
    const [victim = 0] = await twoWorkers();
    process.kill(victim, 'SIGKILL');
    killed.add(victim);
    await until(() => Promise.resolve(server.output.includes('a worker died and is replaced')));
    await twoWorkers();
    expect(await knock()).toBe(200);
  });

  it('drains all of them at SIGTERM', async () => {
    const pids = await twoWorkers();
    server.child.kill('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    const alive = pids.filter((pid) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    });
    expect(alive).toEqual([]);
  });
});
