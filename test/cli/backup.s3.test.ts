import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { S3Server } from '../support/s3-server';
import { upload } from '../support/uploads';
import { done, fill, Installation, pathIn, untold } from './backup-world';

let home: Installation;
let target: Installation;
let server: S3Server;
let place: string;

beforeEach(async () => {
  home = await Installation.make();
  target = await Installation.make();
  server = await S3Server.start();
  place = `s3://${server.bucket}/nightly/fuse`;
});

afterEach(async () => {
  await home.remove();
  await target.remove();
  await server.stop();
});

const on = (installation: Installation, ...args: string[]) =>
  installation.fuseWith({ ...installation.env, ...server.settings }, ...args);

async function backUp(): Promise<string> {
  const outcome = await on(home, 'backup', '--to', place);
  expect(outcome).toEqual(done);
  return pathIn(outcome);
}

it('backs up to S3, verifies there and restores from there, large files in parts', async () => {
  const app = await home.start();
  const { taskId } = await fill(app);
  // More than one part, and not a multiple of it.
  const large = randomBytes(17 * 1024 ** 2 + 5);
  const made = await upload(
    app.as(await app.newUser()),
    { taskId: await ownTask() },
    { name: 'large', content: large },
  );
  expect([made.status, taskId.length]).toEqual([201, 36]);
  await app.close();
  const path = await backUp();
  expect(path).toMatch(/^s3:\/\/backups\/nightly\/fuse\/\d{4}-[\dTZ-]+$/);
  const verified = await on(home, 'backup', 'verify', path, '--scratch', await scratch());
  expect(verified.stdout).toContain('3 files. The backup is good.');
  expect((await on(home, 'backup', 'list', place)).stdout).toMatch(/3 files, 1\d\.\d MB, verified \d{4}-/);
  expect(await on(target, 'restore', path, '--keep-sessions')).toEqual(done);
  expect(untold(await target.rows())).toEqual(untold(await home.rows()));
  const files = await home.files();
  const restored = Object.entries(await target.files());
  expect(restored).toHaveLength(3);
  for (const [name, content] of restored) expect(content === files[name]).toBe(true);

  async function ownTask(): Promise<string> {
    const admin = app.as(await app.newUser({ role: 'admin' }));
    return String((await admin.post('/tasks', { title: 'one' })).body.id);
  }
});

const scratches: Installation[] = [];
async function scratch(): Promise<string> {
  const made = await Installation.make({ migrated: false });
  scratches.push(made);
  return made.database.url;
}
afterAll(async () => {
  for (const each of scratches) await each.remove();
});

it('takes the files of attachments from S3, and puts them there', async () => {
  const storage = (name: string) => ({ ...server.storage, STORAGE_URL: `s3://${server.bucket}/${name}` });
  const app = await home.start(storage('here'));
  await fill(app);
  await app.close();
  const below = async (name: string) =>
    (await server.keys())
      .filter((key) => key.startsWith(`${name}/`))
      .map((key) => key.slice(name.length + 1));
  const folder = join(home.dataDir, 'backups');
  const made = await home.fuseWith({ ...home.env, ...storage('here') }, 'backup', '--to', folder);
  expect(made).toEqual(done);
  const path = pathIn(made);
  const { stdout } = await home.fuse('backup', 'verify', path, '--scratch', await scratch());
  expect(stdout).toContain('2 files. The backup is good.');
  const there = { ...target.env, ...storage('there') };
  expect(await target.fuseWith(there, 'restore', path)).toEqual(done);
  // The third one was deleted: a tombstone, of which a backup needs no file.
  expect(await below('here')).toHaveLength(3);
  const restored = await below('there');
  expect(restored).toHaveLength(2);
  expect(await below('here')).toEqual(expect.arrayContaining(restored));
  expect(await target.files()).toEqual({});
  const doctor = await target.fuseWith(there, 'doctor', '--json');
  const findings = JSON.parse(doctor.stdout) as { findings: Array<{ check: string; state: string }> };
  const states = new Map(findings.findings.map(({ check, state }) => [check, state]));
  expect(['storage', 'files.missing', 'files.orphaned'].map((name) => states.get(name))).toEqual([
    'ok',
    'ok',
    'ok',
  ]);
  await server.remove(`there/${restored[0]}`);
  expect((await target.fuseWith(there, 'doctor')).stdout).toMatch(
    /files.missing.*The files of 1 attachments are missing/s,
  );
  const again = await target.fuseWith(there, 'restore', path, '--replace');
  expect(again).toMatchObject({ code: 0 });
  expect(await below('there')).toEqual(restored);
});

it('copies what a backup before has within the bucket, keeps the last verified one and prunes the rest', async () => {
  const app = await home.start();
  await fill(app);
  await app.close();
  const first = await backUp();
  expect(await on(home, 'backup', 'verify', first, '--scratch', await scratch())).toMatchObject({ code: 0 });
  const rest = [await backUp(), await backUp(), await backUp()];
  const pruned = await on(home, 'backup', 'prune', place, '--keep', '1');
  const names = [first, ...rest].map((path) => path.split('/').at(-1));
  expect(pruned.stdout).toBe(`Removed ${names[2]}\nRemoved ${names[1]}\nKept 2 backups.\n`);
  expect(await on(home, 'backup', 'verify', rest[2] ?? '', '--scratch', await scratch())).toMatchObject({
    code: 0,
  });
  const gone = await on(home, 'backup', 'verify', rest[0] ?? '');
  expect(gone).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is no backup: it has no manifest.json'),
  });
});

it('takes what has no manifest for no backup', async () => {
  const path = await backUp();
  await server.remove(`nightly/fuse/${path.split('/').at(-1)}/manifest.json`);
  expect((await on(home, 'backup', 'list', place)).stdout).toBe('There is no backup.\n');
});

it('finds an object that was changed', async () => {
  const path = await backUp();
  await server.write(`nightly/fuse/${path.split('/').at(-1)}/tables/users.copy.zst`, 'other');
  const outcome = await on(home, 'backup', 'verify', path, '--scratch', await scratch());
  expect(outcome).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('tables/users.copy.zst: has 5 bytes'),
  });
});

it.each([
  ['a bucket that is not there', { to: 's3://none/x' }, 'NoSuchBucket'],
  ['credentials that are wrong', { env: { BACKUP_S3_ACCESS_KEY_ID: 'wrong' } }, 'InvalidAccessKeyId'],
  ['a server that is not there', { env: { BACKUP_S3_ENDPOINT: 'http://127.0.0.1:1' } }, 'ECONNREFUSED'],
  ['no bucket', { to: 's3://' }, 'is no s3://bucket/prefix'],
])('says so of %s', async (_what, { to, env }: { to?: string; env?: Record<string, string> }, told) => {
  const settings = { ...home.env, ...server.settings, ...env };
  const outcome = await home.fuseWith(settings, 'backup', '--to', to ?? place);
  expect(outcome).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(told) });
});
