import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrations } from '../../apps/api/src/database/migrations';
import { fill, Installation, pathIn, readFiles, untold } from './backup-world';

let home: Installation;
let target: Installation;
let backup: string;

beforeEach(async () => {
  home = await Installation.make();
  target = await Installation.make();
  const app = await home.start();
  await fill(app);
  await app.close();
  backup = await home.backUp();
});

afterEach(async () => {
  await home.remove();
  await target.remove();
});

async function occupy(): Promise<void> {
  const app = await target.start();
  await fill(app);
  await app.close();
}

describe('a target that is not empty', () => {
  it('is left as it is', async () => {
    await occupy();
    const before = [await target.rows(), await target.files()];
    const refused = await target.fuse('restore', backup);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('not empty') });
    expect([await target.rows(), await target.files()]).toEqual(before);
  });

  it('is backed up and replaced when told, and can be had back', async () => {
    await occupy();
    const [before, files] = [await target.rows(), await target.files()];
    const replaced = await target.fuse('restore', backup, '--replace', '--keep-sessions');
    expect(replaced).toMatchObject({ code: 0, stderr: '' });
    expect(untold(await target.rows())).toEqual(untold(await home.rows()));
    expect(Object.keys(await target.files())).toEqual(
      expect.arrayContaining(Object.keys(await readFiles(join(backup, 'blobs')))),
    );
    const [, point = ''] = /^What was here before: (.*)$/m.exec(replaced.stdout) ?? [];
    await target.fuse('restore', point, '--replace', '--keep-sessions');
    expect(untold(await target.rows())).toEqual(untold(before));
    expect(await target.files()).toEqual(files);
  });

  it('is left as it is when a restore fails half-way', async () => {
    await occupy();
    const before = await target.rows();
    await target.query(
      `ALTER TABLE tasks ADD CONSTRAINT none CHECK (title <> 'one' AND priority < 4) NOT VALID`,
    );
    const failed = await target.fuse('restore', backup, '--replace');
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('none') });
    expect(await target.rows()).toEqual(before);
  });
});

it('refuses while a server runs on the target', async () => {
  const app = await target.start();
  expect(await target.fuse('restore', backup)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('The database is in use'),
  });
  await app.close();
  expect(await target.fuse('restore', backup)).toMatchObject({ code: 0 });
});

it('refuses tables that no migration made', async () => {
  await target.query('DELETE FROM migrations');
  const refused = await target.fuse('restore', backup, '--replace');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('fuse db adopt') });
});

it('brings the signing key along, which makes --keep-sessions useful', async () => {
  const env = { ...home.env, JWT_SECRET: 'a secret for tests alone, of 32+ bytes' };
  const outcome = await home.fuseWith(env, 'backup', '--to', home.backups, '--with-secrets');
  expect(outcome.stdout).toContain('It holds the signing key');
  expect((await target.fuse('restore', pathIn(outcome))).stdout).toContain(
    "The signing key is the backup's.",
  );
  expect(await readFile(join(target.dataDir, 'jwt-secret'), 'utf8')).toBe(env.JWT_SECRET);
});

it('restores a backup of an earlier schema, and migrates on', async () => {
  const old = await Installation.make();
  const undone = migrations.slice(-2).map(({ name }) => name);
  for (let i = 0; i < undone.length; i++) expect(await old.fuse('db', 'revert')).toMatchObject({ code: 0 });
  await old.query(`INSERT INTO tasks (title) VALUES ('of old')`);
  const restored = await target.fuse('restore', await old.backUp());
  await old.remove();
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  expect(undone.filter((each) => !restored.stdout.includes(`Applied ${each}\n`))).toEqual([]);
  expect(await target.query('SELECT title FROM tasks')).toEqual([{ title: 'of old' }]);
  expect((await target.fuse('db', 'migrate')).stdout).toBe('The schema is up to date.\n');
});

it('asks for no right beyond those of an ordinary owner', async () => {
  const owner = await target.ordinaryOwner();
  const restored = await target.fuseWith(
    { ...target.env, DATABASE_URL: owner },
    'restore',
    backup,
    '--keep-sessions',
  );
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  expect(untold(await target.rows())).toEqual(untold(await home.rows()));
  const backed = await target.fuseWith(
    { ...target.env, DATABASE_URL: owner },
    'backup',
    '--to',
    home.backups,
  );
  expect(backed).toMatchObject({ code: 0, stderr: '' });
});

it('shows on a terminal how far it is', async () => {
  const { stderr } = await target.fuseOnTerminal('restore', backup);
  for (const phase of ['Checking', 'Tables  ', 'Files   ']) expect(stderr).toContain(`${phase} [`);
});
