import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill, Installation } from './backup-world';
import { FUSE, type Outcome, ownEnvironment, ROOT } from './fuse';
import { until } from '../support/until';

let home: Installation;
let scratch: Installation;
/** A copy of its backups for every test. */
let folder: string;
let backup: string;

beforeAll(async () => {
  home = await Installation.make();
  scratch = await Installation.make({ migrated: false });
  const app = await home.start();
  await fill(app);
  await app.close();
  await home.backUp();
});

afterAll(async () => {
  await home.remove();
  await scratch.remove();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fuse-backups-'));
  await cp(home.backups, folder, { recursive: true });
  const [name = ''] = await readdir(folder);
  backup = join(folder, name);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const verify = (path = backup) => home.fuse('backup', 'verify', path, '--scratch', scratch.database.url);
const listed = async () => (await home.fuse('backup', 'list', folder)).stdout;

async function anyBlob(): Promise<string> {
  const entries = await readdir(join(backup, 'blobs'), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return paths[0] ?? '';
}

/** Rewrites the manifest as somebody would who also rewrites its checksum. */
async function forge(change: (manifest: Forged) => void): Promise<void> {
  const path = join(backup, 'manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Forged;
  change(manifest);
  const text = JSON.stringify(manifest);
  await writeFile(path, text);
  await writeFile(`${path}.sha256`, `${createHash('sha256').update(text).digest('hex')}  manifest.json\n`);
}

interface Forged {
  version: string;
  format: number;
  migrations: string[];
  tables: { name: string; rows: number }[];
  blobs: { key: string }[];
}

const damaged = (text: string) =>
  expect.objectContaining({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining(text) as string,
  }) as Outcome;

describe('fuse backup verify', () => {
  it('finds a good one good, notes it, and leaves the scratch database as it was', async () => {
    expect(await listed()).toContain('not verified');
    expect(await verify()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 files. The backup is good.'),
    });
    expect(await listed()).toMatch(/, verified \d{4}-/);
    expect(await scratch.rows()).toEqual({});
  });

  it('needs no database but one that it starts itself', async () => {
    const outcome = await home.fuse('backup', 'verify', backup);
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('The backup is good.') });
  });

  it('finds a table whose bytes have changed, and takes its note back', async () => {
    await verify();
    const path = join(backup, 'tables/tasks.copy.zst');
    const file = await open(path, 'r+');
    await file.write(Buffer.from([0xff]), 0, 1, 20);
    await file.close();
    expect(await verify()).toEqual(damaged('tables/tasks.copy.zst: its content has changed'));
    expect(await listed()).toContain('not verified');
  });

  it.each([
    ['a file that is gone', (path: string) => rm(path), ': missing'],
    ['a file that has grown', (path: string) => appendFile(path, 'x'), ' bytes, not '],
  ])('finds %s', async (what, change, told) => {
    const path = await anyBlob();
    await change(path);
    expect(await verify()).toEqual(
      damaged(path.slice(backup.length + 1) + (told === ': missing' ? told : ': has')),
    );
    expect((await verify()).stderr).toContain(told);
  });

  it('finds a manifest that is cut off, changed or gone', async () => {
    const path = join(backup, 'manifest.json');
    const text = await readFile(path, 'utf8');
    await truncate(path, 1000);
    expect(await verify()).toEqual(damaged('manifest.json is damaged'));
    await writeFile(path, text.replace(/"rows": \d+/, '"rows": 99'));
    expect(await verify()).toEqual(
      damaged('manifest.json is damaged: it is not what manifest.json.sha256 says'),
    );
    await rm(path);
    expect(await verify()).toEqual(damaged('is no backup'));
  });

  it('finds rows that are not as many as told', async () => {
    await forge(({ tables }) => tables.forEach((table) => (table.rows += table.name === 'tasks' ? 1 : 0)));
    expect(await verify()).toEqual(damaged('tasks: 2 rows, not 3'));
  });

  it('finds an attachment without its file', async () => {
    await forge((manifest) => (manifest.blobs = manifest.blobs.slice(1)));
    expect(await verify()).toEqual(damaged(': no file'));
  });

  it('finds rows that refer to nothing', async () => {
    await forge((manifest) => (manifest.tables = manifest.tables.filter(({ name }) => name !== 'features')));
    expect(await verify()).toEqual(damaged('violates foreign key constraint'));
  });

  it.each([
    ['release', (manifest: Forged) => (manifest.version = '99.0.0')],
    ['format', (manifest: Forged) => (manifest.format = 3)],
    ['migration', (manifest: Forged) => manifest.migrations.push('Later9999999999999')],
  ])('refuses one of a newer %s, and so does restore', async (what, change) => {
    await forge(change);
    expect(await verify()).toMatchObject({ code: 1, stderr: expect.stringMatching(/newer|does not know/) });
    const restored = await scratch.fuse('restore', backup);
    expect(restored).toMatchObject({ code: 1, stderr: expect.stringMatching(/newer|does not know/) });
    expect(await scratch.rows()).toEqual({});
  });

  it('refuses a scratch database that is in use', async () => {
    expect(await home.fuse('backup', 'verify', backup, '--scratch', home.database.url)).toEqual(
      damaged('The scratch database is not empty.'),
    );
  });
});

describe('fuse backup prune', () => {
  it('keeps the newest ones, and the last one that was verified', async () => {
    await verify();
    const first = backup.slice(folder.length + 1);
    for (let made = 0; made < 3; made++) await home.fuse('backup', '--to', folder);
    const names = (await readdir(folder)).toSorted();
    const pruned = await home.fuse('backup', 'prune', folder, '--keep', '1');
    expect(pruned.stdout).toBe(`Removed ${names[2]}\nRemoved ${names[1]}\nKept 2 backups.\n`);
    expect((await readdir(folder)).toSorted()).toEqual([first, names[3]]);
  });
});

it('a backup that is killed leaves nothing that counts as one', async () => {
  await rm(backup, { recursive: true });
  const blocker = await home.blocked('tasks');
  const [node, ...args] = FUSE;
  const child = spawn(node, [...args, 'backup', '--to', folder], {
    cwd: ROOT,
    env: ownEnvironment(home.env),
  });
  const ended = once(child, 'exit');
  await until(async () => (await readdir(folder)).length > 0);
  child.kill('SIGKILL');
  await ended;
  await blocker();
  const [left = ''] = await readdir(folder);
  expect(left).toMatch(/\.partial$/);
  expect(await listed()).toBe('There is no backup.\n');
  expect(await verify(join(folder, left))).toEqual(damaged('never finished'));
  expect(await scratch.fuse('restore', join(folder, left))).toEqual(damaged('never finished'));
});
