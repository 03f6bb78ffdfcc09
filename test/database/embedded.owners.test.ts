import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { connectOrStartEmbeddedPostgres, startEmbeddedPostgres } from '@app/database';
import { rowsOf } from '../support/connection';
import {
  cleanUp,
  isServer,
  newDataDir,
  usedDataDir,
  ownerOf,
  serverPid,
  spawnOwner,
  startOwner,
  until,
  untilAnswers,
} from './embedded/owners';

afterEach(cleanUp);

describe('a server whose owner was killed', () => {
  const clients: Client[] = [];
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.end())));

  async function stayConnected(url: string): Promise<void> {
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    clients.push(client);
    await client.connect();
  }

  test('is taken over by the next start, and stopped by it', async () => {
    const dataDir = await usedDataDir();
    const killed = await startOwner(dataDir);
    const orphan = serverPid(dataDir) ?? 0;
    await rowsOf(killed.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    await killed.kill();
    expect(isServer(orphan, dataDir)).toBe(true);

    const next = await startOwner(dataDir);
    expect(next.log).toEqual([
      `Using the PostgreSQL that a killed process left running (process ${orphan}).`,
    ]);
    expect(serverPid(dataDir)).toBe(orphan);
    expect(await rowsOf(next.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
    await next.tell('stop');
    expect(isServer(orphan, dataDir)).toBe(false);
    expect(serverPid(dataDir)).toBeUndefined();
  });

  test('is started again by its adopter when it dies', async () => {
    const dataDir = await usedDataDir();
    await (await startOwner(dataDir)).kill();
    const orphan = serverPid(dataDir) ?? 0;
    const next = await startOwner(dataDir);
    process.kill(orphan, 'SIGKILL');
    await untilAnswers(next.url);
    expect(serverPid(dataDir)).not.toBe(orphan);
  });

  test('is not left behind by an adopter that exits', async () => {
    const dataDir = await usedDataDir();
    await (await startOwner(dataDir)).kill();
    const orphan = serverPid(dataDir) ?? 0;
    await (await startOwner(dataDir)).tell('exit');
    await until(() => !isServer(orphan, dataDir));
  });

  test('is stopped when it runs with other settings', async () => {
    const dataDir = await usedDataDir();
    await (await startOwner(dataDir, { durable: false })).kill();
    const orphan = serverPid(dataDir) ?? 0;
    const next = await startOwner(dataDir, { durable: true });
    expect(next.log).toEqual([
      `Stopping the PostgreSQL that a killed process left running (process ${orphan}) ...`,
    ]);
    expect(serverPid(dataDir)).not.toBe(orphan);
    expect(await rowsOf(next.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  test('is waited for while it shuts down', async () => {
    const dataDir = await usedDataDir();
    const killed = await startOwner(dataDir);
    await stayConnected(killed.url);
    await killed.kill();
    const orphan = serverPid(dataDir) ?? 0;
    // A smart shutdown, which lasts as long as a client stays.
    process.kill(orphan, 'SIGTERM');
    await until(() =>
      readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').includes('stopping'),
    );
    const next = await startOwner(dataDir);
    expect(serverPid(dataDir)).not.toBe(orphan);
    expect(await rowsOf(next.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('that was killed as well is replaced, and nothing acknowledged is lost', async () => {
    const dataDir = await usedDataDir();
    const killed = await startOwner(dataDir, { durable: true });
    await rowsOf(killed.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    await killed.kill();
    process.kill(serverPid(dataDir) ?? 0, 'SIGKILL');
    const next = await startOwner(dataDir, { durable: true });
    expect(await rowsOf(next.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  });
});

describe('a postmaster.pid that a dead server left', () => {
  let stranger: ChildProcess;
  beforeAll(() => {
    stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
  });
  afterAll(() => stranger.kill());

  test.each([
    ['a process that is no more', () => 2_000_000_000],
    ['a live process that is no server', () => stranger.pid ?? 0],
  ])('with the pid of %s does not stand in the way', async (_, pidOf) => {
    const pid = pidOf();
    const dataDir = await usedDataDir();
    const file = join(dataDir, 'postgres/data/postmaster.pid');
    writeFileSync(file, `${pid}\n${dataDir}/postgres/data\n1\n5432\n\n\n  1234567   0\nready   \n`);
    const server = await startEmbeddedPostgres({ dataDir, durable: false });
    expect(await rowsOf(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(serverPid(dataDir)).not.toBe(pid);
    await server.stop();
  });
});

describe('two processes on one data directory', () => {
  test('the second is refused, and told which one is there', async () => {
    const dataDir = await usedDataDir();
    const first = await startOwner(dataDir);
    const second = await startOwner(dataDir);
    expect(second.code).toBe('already_running');
    expect(second.message).toContain(`in use by process ${first.pid}.`);
    expect(second.message).toContain('DATA_DIR');
    expect(await rowsOf(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.tell('stop');
    expect((await startOwner(dataDir)).code).toBeUndefined();
  });

  test('at the very same time: one of them wins, on a new directory as on one left by a killed process', async () => {
    const dataDir = newDataDir();
    for (const round of ['new', 'left']) {
      const starting = [1, 2, 3].map(() => spawnOwner(dataDir));
      const owners = await Promise.all(starting.map(ownerOf));
      const winners = owners.filter((owner) => owner.started);
      expect({ round, winners: winners.length }).toEqual({ round, winners: 1 });
      const losers = owners.filter((owner) => !owner.started);
      for (const loser of losers) {
        expect(loser).toMatchObject({ code: 'already_running' });
        expect(loser.message).toContain(`process ${winners[0]?.pid}.`);
      }
      await winners[0]?.kill();
    }
  });

  test('within one process as well', async () => {
    const dataDir = await usedDataDir();
    const first = await startEmbeddedPostgres({ dataDir, durable: false });
    const second = startEmbeddedPostgres({ dataDir, durable: false });
    await expect(second).rejects.toMatchObject({ code: 'already_running' });
    expect((await startOwner(dataDir)).code).toBe('already_running');
    await first.stop();
  });

  test('the pid of a dead owner is not blamed when another process holds the lock', async () => {
    const dataDir = await usedDataDir();
    await startOwner(dataDir);
    writeFileSync(
      join(dataDir, 'postgres/owner.json'),
      JSON.stringify({ pid: process.pid, startMark: 'long ago' }),
    );
    const second = await startOwner(dataDir);
    expect(second.message).toContain('in use by another process');
  });
});

describe('a command beside a running server', () => {
  test('uses it, and leaves it running', async () => {
    const dataDir = await usedDataDir();
    const owner = await startOwner(dataDir);
    const beside = await connectOrStartEmbeddedPostgres({ dataDir, durable: false });
    expect(beside).toMatchObject({ started: false, url: owner.url });
    await beside.stop();
    expect(await rowsOf(beside.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('waits for one that is still starting', async () => {
    const dataDir = await usedDataDir();
    const starting = spawnOwner(dataDir);
    await until(() => existsSync(join(dataDir, 'postgres/owner.json')));
    const beside = await connectOrStartEmbeddedPostgres({ dataDir, durable: false });
    expect(beside).toMatchObject({ started: false, url: (await ownerOf(starting)).url });
  });

  test('is not misled by what a killed process left, and starts its own', async () => {
    const dataDir = await usedDataDir();
    const killed = await startOwner(dataDir);
    await killed.kill();
    expect(readFileSync(join(dataDir, 'postgres/connection.json'), 'utf8')).toContain('postgres://');
    const beside = await startOwner(dataDir, { mode: 'connect' });
    expect(beside.started).toBe(true);
    await beside.tell('stop');
    expect(serverPid(dataDir)).toBeUndefined();
  });
});
