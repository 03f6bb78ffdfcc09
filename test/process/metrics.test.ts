import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@app/database';
import { freePort } from '../support/free-port';
import { Scrape } from '../support/scrape';
import { ServerProcess } from '../support/server-process';
import { until } from '../support/until';

const ADMIN = {
  ADMIN_USERNAME: 'root-admin',
  ADMIN_EMAIL: 'admin@example.org',
  ADMIN_PASSWORD: 'a password for tests',
};
const CREDENTIALS = { login: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD };
const MISSING = '00000000-0000-4000-8000-000000000000';

describe('METRICS_PORT', () => {
  let database: TestDatabase;
  let dataDir: string;
  let server: ServerProcess;
  let port: number;

  const start = async (settings: Record<string, string>) => {
    database = await createTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'fuse-test-'));
    port = await freePort();
    server = ServerProcess.spawn(await freePort(), {
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests alone, of 32+ bytes',
      DATA_DIR: dataDir,
      METRICS_PORT: String(port),
      ...ADMIN,
      ...settings,
    });
    await server.ready();
  };
  const stop = async () => {
    await server.stop();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const signIn = async () => {
    const { body } = await server.client.post('/auth/login', CREDENTIALS);
    return { authorization: `Bearer ${body.accessToken}` };
  };

  describe('of one process', () => {
    beforeAll(() => start({}));
    afterAll(stop);

    it('counts requests by route, method and class of status, and anything else as one', async () => {
      const headers = await signIn();
      await server.client.get(`/tasks/${MISSING}`, headers);
      await server.client.get('/tasks', headers);
      await server.client.send('HEAD', '/tasks', undefined, headers);
      await server.client.send('PUT', '/tasks', {}, headers);
      for (const path of ['//nothing', '//nothing/else', '//%ZZ']) await server.client.get(path);
      const scrape = await until(async () => {
        const now = await Scrape.of(port);
        return now.sum('http_request_duration_seconds_count') >= 7 && now;
      });
      const count = (labels: Record<string, string>) =>
        scrape.sum('http_request_duration_seconds_count', labels);
      expect(count({ method: 'GET', route: '/api/v1/tasks/:id', status_code: '4xx' })).toBe(1);
      expect(count({ method: 'GET', route: '/api/v1/tasks', status_code: '2xx' })).toBe(1);
      expect(count({ method: 'HEAD', route: '/api/v1/tasks', status_code: '2xx' })).toBe(1);
      expect(count({ method: 'PUT', route: '/api/v1/tasks', status_code: '4xx' })).toBe(1);
      expect(count({ method: 'GET', route: 'unmatched', status_code: '4xx' })).toBe(2);
      expect(scrape.text).not.toContain(MISSING);
      expect(scrape.sum('http_requests_in_flight')).toBe(0);
    });

    it('has the buckets of a histogram: cumulated, the last one being all', async () => {
      const scrape = await Scrape.of(port);
      const labels = { method: 'POST', route: '/api/v1/auth/login', status_code: '2xx' };
      const buckets = scrape.find('http_request_duration_seconds_bucket', labels);
      expect(buckets.map(({ labels: { le } }) => le).at(-1)).toBe('+Inf');
      const values = buckets.map(({ value }) => value);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
      const count = scrape.sum('http_request_duration_seconds_count', labels);
      expect(values.at(-1)).toBe(count);
      const sum = scrape.sum('http_request_duration_seconds_sum', labels);
      const slowerThan = buckets.filter(({ value }) => value === 0).map(({ labels: { le } }) => Number(le));
      expect(sum).toBeGreaterThan(count * Math.max(0, ...slowerThan));
    });

    it('counts refused sign-ins, problems and sessions', async () => {
      const before = await Scrape.of(port);
      await server.client.post('/auth/login', { ...CREDENTIALS, password: 'a wrong password' });
      await signIn();
      const after = await Scrape.of(port);
      const more = (name: string, labels: Record<string, string>) =>
        after.sum(name, labels) - before.sum(name, labels);
      expect(more('fuse_sign_ins_total', { outcome: 'refused' })).toBe(1);
      expect(more('fuse_sign_ins_total', { outcome: 'accepted' })).toBe(1);
      expect(more('fuse_problems_total', { code: 'invalid_credentials' })).toBe(1);
      expect(more('fuse_sessions_active', {})).toBe(1);
    });

    it('tells of the outbox, the pool, the lanes, the disk and the release', async () => {
      const headers = await signIn();
      await server.client.post('/tasks', { title: 'Paint it' }, headers);
      await server.client.get('/tasks', headers);
      const scrape = await until(async () => {
        const now = await Scrape.of(port);
        const relayed = now.sum('fuse_events_position') > 0 && now.sum('fuse_outbox_unnumbered_events') === 0;
        return relayed && now;
      });
      expect(scrape.sum('fuse_events_relayed_total')).toBeGreaterThan(0);
      expect(scrape.sum('fuse_outbox_lag_seconds')).toBe(0);
      expect(scrape.sum('fuse_database_up')).toBe(1);
      expect(scrape.sum('fuse_database_pool_connections_max')).toBe(10);
      expect(scrape.sum('fuse_database_pool_connections')).toBeGreaterThan(0);
      expect(scrape.sum('fuse_database_lane_connections')).toBeGreaterThan(0);
      for (const path of ['rows', 'transaction'])
        expect(scrape.sum('fuse_database_statement_duration_seconds_count', { path })).toBeGreaterThan(0);
      expect(scrape.sum('fuse_disk_free_bytes')).toBeLessThanOrEqual(scrape.sum('fuse_disk_size_bytes'));
      expect(scrape.find('fuse_build_info', { node: process.versions.node })).toHaveLength(1);
      for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total'])
        expect(scrape.sum(name)).toBeGreaterThan(0);
      expect(scrape.find('nodejs_eventloop_lag_p99_seconds')).toHaveLength(1);
    });

    it('answers nothing else there, and no metrics on the public port', async () => {
      expect((await fetch(`http://127.0.0.1:${port}/api/v1/tasks`)).status).toBe(404);
      expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(404);
      expect((await server.client.get('//metrics')).status).toBe(404);
    });

    it('names no two families alike, and gives each its help and type', async () => {
      const { text, families } = await Scrape.of(port);
      const named = text.match(/^# TYPE \S+/gm) ?? [];
      expect(new Set(named).size).toBe(named.length);
      for (const { help, type } of families.values()) {
        expect(help).not.toBe('');
        expect(['counter', 'gauge', 'histogram', 'summary']).toContain(type);
      }
    });
  });

  describe('of several processes', () => {
    beforeAll(() => start({ WEB_CONCURRENCY: '2' }));
    afterAll(stop);

    const knock = () => server.client.get('//health/live', { connection: 'close' });

    it('adds up what the workers count, and tells them apart where they differ', async () => {
      for (let i = 0; i < 8; i++) await knock();
      const route = { route: '/health/live', status_code: '2xx' };
      const scrape = await until(async () => {
        const now = await Scrape.of(port);
        return now.sum('http_request_duration_seconds_count', route) >= 8 && now;
      });
      expect(scrape.sum('http_request_duration_seconds_count', route)).toBe(8);
      expect(scrape.find('http_request_duration_seconds_count', route)).toHaveLength(1);
      const memory = scrape.find('process_resident_memory_bytes');
      expect(new Set(memory.map(({ labels: { worker } }) => worker)).size).toBe(2);
      expect(scrape.sum('fuse_database_pool_connections_max')).toBe(20);
      expect(scrape.find('fuse_database_up')).toHaveLength(1);
    });

    it('goes on when a worker was replaced', async () => {
      const line = await until(async () => {
        await knock();
        return server.output.split('\n').find((each) => each.includes('"msg":"request"'));
      });
      const { pid } = JSON.parse(line) as { pid: number };
      process.kill(pid, 'SIGKILL');
      const workers = await until(async () => {
        const scrape = await Scrape.of(port).catch(() => undefined);
        const names = scrape?.find('process_resident_memory_bytes').map(({ labels: { worker } }) => worker);
        return names?.length === 2 && names.includes('3') && names;
      });
      expect(new Set(workers).size).toBe(2);
      expect((await Scrape.of(port)).sum('fuse_worker_deaths_total')).toBe(1);
    });
  });

  describe('where it is wrong', () => {
    const refused = async (settings: Record<string, string>) => {
      const started = ServerProcess.spawn(await freePort(), settings);
      const { code } = await started.exited;
      return { code, output: started.output };
    };

    it('must not be the public port', async () => {
      const { code, output } = await refused({ PORT: '3999', METRICS_PORT: '3999' });
      expect([code, output]).toEqual([1, expect.stringContaining('METRICS_PORT: must be another than PORT')]);
    });
  });
});
