import { Registry } from 'prom-client';
import { watchDatabase } from '../../apps/api/src/metrics/database-metrics';
import { ReplicatedCluster } from '../support/replicated-cluster';
import { type Answer, itemsOf, type TestClient } from '../support/client';
import { TestApp, type TestUser } from '../support/app';
import { until } from '../support/until';

const SERVES = 'The replica serves reads';

describe('DATABASE_REPLICA_URL', () => {
  let cluster: ReplicatedCluster;
  /** Two processes' worth of the application, as behind a load balancer. */
  let here: TestApp;
  let there: TestApp;
  let writer: TestUser;
  let reader: TestUser;
  const lines: string[] = [];

  const start = (settings: Record<string, string> = {}) =>
    TestApp.start(
      { DATABASE_REPLICA_URL: cluster.replicaUrl, DATABASE_REPLICA_MAX_LAG_MS: '600000', ...settings },
      { shared: cluster.primaryUrl, log: (line) => lines.push(line) },
    );
  const told = (text: string, from = 0) => lines.slice(from).filter((line) => line.includes(text)).length;
  const titled = async (client: TestClient, id: string) => (await client.get(`/tasks/${id}`)).body.title;
  const inLists = async (client: TestClient, id: string) =>
    itemsOf(await client.get('/tasks?limit=5&sort=-createdAt')).some((task) => task.id === id);

  beforeAll(async () => {
    cluster = await ReplicatedCluster.start();
    here = await start();
    there = await start();
    writer = await here.newUser();
    reader = await here.newUser();
    await until(() => Promise.resolve(told(SERVES) === 2));
  }, 60_000);
  afterEach(async () => {
    await cluster.resume();
    await cluster.caughtUp();
  });
  afterAll(async () => {
    await here.close();
    await there.close();
    await cluster.stop();
  });

  const newTask = async (title: string) => idOf(await here.as(writer).post('/tasks', { title }));

  /** A replica that stands still, seen by both processes when it was up to date: so they know since when it lags. */
  const standStill = async () => {
    await cluster.caughtUp();
    await here.as(reader).get('/tasks?limit=1');
    await there.as(reader).get('/tasks?limit=1');
    await cluster.pause();
  };

  it('answers from the replica, which may show others an earlier state', async () => {
    const id = await newTask('before');
    await standStill();
    await here.as(writer).patch(`/tasks/${id}`, { title: 'after' });
    expect(await titled(here.as(reader), id)).toBe('before');
    expect(await titled(there.as(reader), id)).toBe('before');
  });

  it('shows a user what they wrote, at every process, while the replica stands still', async () => {
    const id = await newTask('before');
    await standStill();
    await here.as(writer).patch(`/tasks/${id}`, { title: 'after' });
    expect(await titled(here.as(writer), id)).toBe('after');
    expect(await titled(there.as(writer), id)).toBe('after');
    const made = await newTask('made');
    expect(await inLists(there.as(writer), made)).toBe(true);
    expect(await inLists(there.as(reader), made)).toBe(false);
    expect((await there.as(writer).delete(`/tasks/${made}`)).status).toBe(204);
    expect((await here.as(writer).get(`/tasks/${made}`)).status).toBe(404);
  });

  it('takes an API token for its owner', async () => {
    const token = await here
      .as(writer)
      .post('/auth/tokens', { name: 'ci', scopes: ['tasks:read', 'tasks:write'], expiresAt: inAnHour() });
    const robot = there.as({ accessToken: String(token.body.token) });
    await robot.get('/tasks?limit=1');
    await standStill();
    const id = idOf(await robot.post('/tasks', { title: 'by a token' }));
    expect(await titled(robot, id)).toBe('by a token');
    expect(await titled(here.as(writer), id)).toBe('by a token');
  });

  it('knows of a write under an idempotency key', async () => {
    await standStill();
    const key = { 'idempotency-key': 'once' };
    const first = await here.as(writer).post('/tasks', { title: 'keyed' }, key);
    expect(await titled(there.as(writer), idOf(first))).toBe('keyed');
    expect((await there.as(writer).post('/tasks', { title: 'keyed' }, key)).text).toBe(first.text);
  });

  it('refuses an ended session at once, whatever the replica shows', async () => {
    const leaver = await here.newUser();
    await standStill();
    expect((await there.as(leaver).get('/tasks?limit=1')).status).toBe(200);
    expect((await here.as(leaver).post('/auth/logout')).status).toBe(204);
    expect((await there.as(leaver).get('/tasks?limit=1')).status).toBe(401);
  });

  it('shows a user what they wrote before the primary crashed', async () => {
    const id = await newTask('before');
    await standStill();
    await here.as(writer).patch(`/tasks/${id}`, { title: 'after' });
    expect(await titled(there.as(reader), id)).toBe('before');
    await cluster.crashPrimary();
    expect(await cluster.onPrimary('SELECT FROM last_writes')).toHaveLength(0);
    const answered = await until(async () => {
      const answer = await there.as(writer).get(`/tasks/${id}`);
      return answer.status < 500 && answer;
    });
    expect(answered.body.title).toBe('after');
  }, 30_000);

  it('counts who answered', async () => {
    const registry = new Registry();
    watchDatabase(registry, here.database);
    const counted = async (server: string) => {
      const line = new RegExp(`^fuse_database_replica_reads_total{server="${server}"} (\\d+)$`, 'm');
      return Number(line.exec(await registry.metrics())?.[1]);
    };
    expect(await registry.metrics()).toContain('\nfuse_database_replica_up 1\n');
    const id = await newTask('counted');
    await standStill();
    const before = { replica: await counted('replica'), primary: await counted('primary') };
    await titled(here.as(reader), id);
    await here.as(writer).patch(`/tasks/${id}`, { title: 'changed' });
    await titled(here.as(writer), id);
    expect(await counted('replica')).toBe(before.replica + 1);
    expect(await counted('primary')).toBe(before.primary + 1);
  });

  it('goes on without the replica, and takes it back', async () => {
    const id = await newTask('kept');
    await cluster.caughtUp();
    const from = lines.length;
    await cluster.stopReplica();
    const reads = Array.from({ length: 40 }, (_, i) => (i % 2 ? here : there).as(reader).get(`/tasks/${id}`));
    expect((await Promise.all(reads)).map(({ status }) => status)).toEqual(Array(40).fill(200));
    await until(async () => {
      await Promise.all([here, there].map((app) => app.as(reader).get('/features?limit=1')));
      return told('The replica is left aside', from) >= 2;
    });
    expect((await there.as(writer).patch(`/tasks/${id}`, { title: 'changed' })).status).toBe(200);
    expect(await titled(here.as(reader), id)).toBe('changed');
    await cluster.startReplica();
    await until(() => Promise.resolve(told(SERVES, from) === 2));
    expect(await titled(here.as(reader), id)).toBe('changed');
  }, 30_000);

  it('starts without the replica', async () => {
    const app = await start({ DATABASE_REPLICA_URL: 'postgres://fuse:planted@127.0.0.1:1/fuse' });
    expect((await app.as(writer).get('/tasks?limit=1')).status).toBe(200);
    await app.close();
    expect(lines.join('')).not.toContain('planted');
  });

  it('takes no server that is no replica of the primary', async () => {
    const from = lines.length;
    const app = await start({ DATABASE_REPLICA_URL: cluster.primaryUrl });
    await until(() => Promise.resolve(told('it is no replica', from) === 1));
    const other = await start({ DATABASE_REPLICA_URL: process.env['TEST_SERVER_URL'] ?? '' });
    await until(() => Promise.resolve(told('another cluster', from) === 1));
    expect((await other.as(writer).get('/tasks?limit=1')).status).toBe(200);
    await app.close();
    await other.close();
  });

  describe('with DATABASE_REPLICA_MAX_LAG_MS=100', () => {
    it('shows nobody what is older than that', async () => {
      const app = await start({ DATABASE_REPLICA_MAX_LAG_MS: '100' });
      const id = await newTask('before');
      await cluster.caughtUp();
      await until(async () => (await titled(app.as(reader), id)) === 'before');
      await cluster.pause();
      const from = lines.length;
      await here.as(writer).patch(`/tasks/${id}`, { title: 'after' });
      const changed = Date.now();
      let title: string | undefined;
      let asked = 0;
      for (; title !== 'after'; title = await titled(app.as(reader), id)) asked = Date.now();
      // Whatever was asked 100 ms or more after the change has it.
      expect(asked - changed).toBeLessThan(100 + SLACK_MS);
      await until(async () => {
        await titled(app.as(reader), id);
        return told('it lags by more than 100 ms', from) > 0;
      });
      await cluster.resume();
      await until(() => Promise.resolve(told(SERVES, from) > 0));
      await app.close();
    });
  });
});

/** Between two reads of one loop, on a busy machine. */
const SLACK_MS = 2000;

function idOf({ body }: Answer): string {
  return String(body.id);
}

function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
