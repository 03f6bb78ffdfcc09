import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startEmbeddedPostgres } from '@app/database';
import { rowsOf } from '../support/connection';
import {
  cleanUp,
  isServer,
  newDataDir,
  serverPid,
  startOwner,
  until,
  untilAnswers,
  usedDataDir,
} from './embedded/owners';

afterEach(cleanUp);

/** Folders like `fuse-import-1x2y3z`, which tests that run at the same time make. */
const OF_OTHER_TESTS = /^fuse-[a-z]+-\w{6}$/;

function permissions(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

test('makes a cluster in UTF-8 with its own locale, a superuser and a database', async () => {
  const server = await startEmbeddedPostgres({ dataDir: newDataDir() });
  const [row] = await rowsOf(
    server.url,
    `SELECT current_user AS role, rolsuper AS super, d.datname AS database, pg_encoding_to_char(encoding) AS encoding,
            datlocprovider AS provider, datlocale AS locale, current_setting('TimeZone') AS zone,
            current_setting('fsync') AS fsync, current_setting('listen_addresses') AS addresses
       FROM pg_database d, pg_roles WHERE d.datname = current_database() AND rolname = current_user`,
  );
  expect(row).toEqual({
    ...{ role: 'fuse', super: true, database: 'fuse', encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8' },
    ...{ zone: 'UTC', fsync: 'on', addresses: '' },
  });
  await rowsOf(server.url, 'CREATE EXTENSION "uuid-ossp"');
  expect(await rowsOf(server.url, "SELECT upper('äöü') AS upper")).toEqual([{ upper: 'ÄÖÜ' }]);
  await server.stop();
});

test('asks for the password, and keeps it and the socket private', async () => {
  const dataDir = newDataDir();
  const before = readdirSync(tmpdir());
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  const root = join(dataDir, 'postgres');
  const password = readFileSync(join(root, 'password'), 'utf8').trim();
  expect(password.length).toBeGreaterThanOrEqual(32);
  await expect(rowsOf(server.url.replace(password, 'wrong'), 'SELECT 1')).rejects.toMatchObject({
    code: '28P01',
  });
  const files = ['password', 'connection.json', 'owner.json', 'owner.lock', 'server.log'];
  expect(files.map((name) => permissions(join(root, name)))).toEqual(files.map(() => '600'));
  expect(['', 'data', 'socket'].map((name) => permissions(join(root, name)))).toEqual(['700', '700', '700']);
  const shown = readdirSync(root).filter((name) => !files.includes(name));
  expect(shown.toSorted()).toEqual(['data', 'socket']);
  const left = readdirSync(tmpdir()).filter((name) => !before.includes(name) && !OF_OTHER_TESTS.test(name));
  expect(left).toEqual([]);
  await server.stop();
});

test('keeps what was written over a stop and a start', async () => {
  const dataDir = await usedDataDir();
  const first = await startEmbeddedPostgres({ dataDir, durable: false });
  await rowsOf(first.url, "CREATE TABLE kept AS SELECT '𝔉use' AS title");
  await first.stop();
  const second = await startEmbeddedPostgres({ dataDir, durable: false });
  expect(second.url).toBe(first.url);
  expect(await rowsOf(second.url, 'SELECT title FROM kept')).toEqual([{ title: '𝔉use' }]);
  await second.stop();
});

test('durable: false gives up safety for speed', async () => {
  const server = await startEmbeddedPostgres({ dataDir: await usedDataDir(), durable: false });
  const [row] = await rowsOf(
    server.url,
    "SELECT current_setting('fsync') AS f, current_setting('synchronous_commit') AS s, current_setting('full_page_writes') AS p",
  );
  expect(row).toEqual({ f: 'off', s: 'off', p: 'off' });
  await server.stop();
});

test('stop() leaves no process, no socket and no connection file, and may be called twice', async () => {
  const dataDir = await usedDataDir();
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  const pid = serverPid(dataDir) ?? 0;
  expect(isServer(pid, dataDir)).toBe(true);
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
  expect(isServer(pid, dataDir)).toBe(false);
  expect(readdirSync(join(dataDir, 'postgres')).toSorted()).toEqual([
    'data',
    'owner.lock',
    'password',
    'server.log',
  ]);
});

test.each(['exit', 'leave'] as const)(
  'a process that ends without stop() (%s) leaves no server behind',
  async (how) => {
    const dataDir = await usedDataDir();
    const owner = await startOwner(dataDir);
    const pid = serverPid(dataDir) ?? 0;
    expect(isServer(pid, dataDir)).toBe(true);
    expect(await owner.tell(how)).toBe(0);
    await until(() => !isServer(pid, dataDir));
    expect(readFileSync(join(dataDir, 'postgres/server.log'), 'utf8')).toMatch(
      /database system is shut down\s*$/,
    );
  },
);

test('is started again when it dies, and what was acknowledged is there', async () => {
  const dataDir = await usedDataDir();
  const log: string[] = [];
  const server = await startEmbeddedPostgres({ dataDir, log: (line) => log.push(line) });
  await rowsOf(server.url, 'CREATE TABLE kept AS SELECT 1 AS one');
  const killed = serverPid(dataDir) ?? 0;
  process.kill(killed, 'SIGKILL');
  await untilAnswers(server.url);
  expect(await rowsOf(server.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  expect(log).toContain('PostgreSQL ended unexpectedly; starting it again.');
  await server.stop();
  expect(serverPid(dataDir)).toBeUndefined();
});

test('is stopped for good while it is being started again', async () => {
  const dataDir = await usedDataDir();
  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  const killed = serverPid(dataDir) ?? 0;
  process.kill(killed, 'SIGKILL');
  await until(() => serverPid(dataDir) !== killed);
  await server.stop();
  expect(serverPid(dataDir)).toBeUndefined();
  await (await startEmbeddedPostgres({ dataDir, durable: false })).stop();
});

test('starts a new log when the old one has grown', async () => {
  const dataDir = await usedDataDir();
  const log = join(dataDir, 'postgres/server.log');
  truncateSync(log, 6 * 1024 * 1024);
  await (await startEmbeddedPostgres({ dataDir, durable: false })).stop();
  expect(statSync(`${log}.1`).size).toBe(6 * 1024 * 1024);
  expect(readFileSync(log, 'utf8')).toMatch(/^\d{4}.*starting PostgreSQL/);
});

test("the operator's page tells how to get at the URL", async () => {
  const page = readFileSync(join(__dirname, '../../docs/operations/embedded-postgres.md'), 'utf8');
  const command = /psql "\$\((.+)\)"/.exec(page)?.[1] ?? '';
  const directory = dirname(newDataDir());
  const server = await startEmbeddedPostgres({ dataDir: join(directory, '.data'), durable: false });
  const url = execFileSync('sh', ['-c', command], { cwd: directory, encoding: 'utf8' }).trim();
  expect(await rowsOf(url, 'SELECT current_user AS role')).toEqual([{ role: 'fuse' }]);
  await server.stop();
});
