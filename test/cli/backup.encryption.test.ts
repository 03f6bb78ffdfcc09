import { execFile } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { done, fill, Installation, pathIn, readFiles, untold } from './backup-world';

const run = promisify(execFile);
const KEY = 'a secret for tests alone, of 32+ bytes';

let home: Installation;
let target: Installation;
let folder: string;
let identity: string;
let recipient: string;

beforeEach(async () => {
  home = await Installation.make();
  target = await Installation.make();
  folder = home.backups;
  identity = join(folder, 'identity.txt');
  recipient = (await home.fuse('backup', 'keygen', identity)).stdout.trim();
  const app = await home.start();
  await fill(app);
  await app.close();
});

afterEach(async () => {
  await home.remove();
  await target.remove();
});

async function backUp(...flags: string[]): Promise<string> {
  const env = { ...home.env, JWT_SECRET: KEY };
  const outcome = await home.fuseWith(env, 'backup', '--to', folder, '--recipient', recipient, ...flags);
  expect(outcome).toEqual(done);
  return pathIn(outcome);
}

it('an encrypted backup shows nothing, is verified and restored with its identity, and holds the key', async () => {
  const path = await backUp();
  const stored = await readFiles(path);
  const closed = Object.keys(stored).filter((name) => !name.startsWith('manifest.json'));
  expect(closed.length).toBeGreaterThan(20);
  for (const name of closed) {
    expect(name).toMatch(/\.age$/);
    expect(Buffer.from(stored[name] ?? '', 'base64').toString('latin1')).toMatch(
      /^age-encryption\.org\/v1\n-> X25519 /,
    );
  }
  const verified = await home.fuse('backup', 'verify', path, '--identity', identity);
  expect(verified.stdout).toContain('2 files. The backup is good.');
  const restored = await target.fuse('restore', path, '--identity', identity, '--keep-sessions');
  expect(restored).toEqual(done);
  expect(restored.stdout).toContain("The signing key is the backup's.");
  expect(await readFile(join(target.dataDir, 'jwt-secret'), 'utf8')).toBe(KEY);
  expect(untold(await target.rows())).toEqual(untold(await home.rows()));
  const files = await home.files();
  for (const [name, content] of Object.entries(await target.files())) expect(content).toBe(files[name]);
  expect(Object.keys(await target.files())).toHaveLength(2);
});

it('names that the key is not there, when it is left out, as it is unless encrypted', async () => {
  const without = async (...flags: string[]) => {
    const outcome = await home.fuseWith({ ...home.env, JWT_SECRET: KEY }, 'backup', '--to', folder, ...flags);
    expect(outcome.stdout).toContain('does not hold the signing key (jwt-secret)');
    const path = pathIn(outcome);
    expect(await readdir(path)).not.toContain('secrets');
    return JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8')) as Record<string, unknown>;
  };
  const absent = { included: [], absent: ['jwt-secret'] };
  const encryption = { format: 'age', recipients: [recipient] };
  expect(await without('--recipient', recipient, '--without-secrets')).toMatchObject({
    ...{ secrets: absent, encryption },
  });
  expect(await without()).toMatchObject({ secrets: absent, encryption: null });
});

it('refuses at once with no identity, the wrong one, and none at all', async () => {
  const path = await backUp();
  const other = join(folder, 'other.txt');
  await home.fuse('backup', 'keygen', other);
  const nothing = join(folder, 'nothing.txt');
  await writeFile(nothing, 'hello\n');
  const before = await target.rows();
  for (const command of [['backup', 'verify'], ['restore']]) {
    const tried = (...flags: string[]) => target.fuse(...command, path, ...flags);
    const told = (text: string) => ({ code: 1, stdout: '', stderr: expect.stringContaining(text) as string });
    expect(await tried()).toMatchObject(told(`The backup is encrypted to ${recipient}. Name the file`));
    expect(await tried('--identity', other)).toMatchObject(
      told(`encrypted to ${recipient}. It cannot be decrypted`),
    );
    expect(await tried('--identity', nothing)).toMatchObject(told('holds no identity of age'));
    expect(await tried('--identity', join(folder, 'none'))).toMatchObject(told('cannot be read'));
  }
  expect(await target.rows()).toEqual(before);
});

it('takes recipients and the identity from the settings, and any of several opens it', async () => {
  const second = join(folder, 'second.txt');
  const both = [recipient, (await home.fuse('backup', 'keygen', second)).stdout.trim()].join(',');
  const outcome = await home.fuseWith(
    { ...home.env, BACKUP_TO: join(folder, 'kept'), BACKUP_RECIPIENTS: both, BACKUP_IDENTITY_FILE: second },
    ...['backup', '--verify', '--keep', '1'],
  );
  expect(outcome).toMatchObject({ code: 0, stdout: expect.stringMatching(/is good\.\nKept 1 backup\.\n$/) });
});

it('encrypts the restore point to the recipients of the settings, and its identity undoes the restore', async () => {
  const path = await backUp();
  const app = await target.start();
  await fill(app);
  await app.close();
  const [before, files] = [await target.rows(), await target.files()];
  const env = { ...target.env, BACKUP_RECIPIENTS: recipient, BACKUP_IDENTITY_FILE: identity };
  const restored = await target.fuseWith(env, 'restore', path, '--replace', '--keep-sessions');
  expect(restored.stdout).toContain(`It is encrypted to ${recipient}: keep the identity`);
  const [, point = ''] = /^What was here before: (.*)$/m.exec(restored.stdout) ?? [];
  const names = Object.keys(await readFiles(point)).filter((name) => !name.startsWith('manifest.json'));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !name.endsWith('.age'))).toEqual([]);
  expect(await target.fuse('restore', point, '--replace')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`The backup is encrypted to ${recipient}.`) as string,
  });
  expect(await target.fuseWith(env, 'restore', point, '--replace', '--keep-sessions')).toMatchObject({
    code: 0,
  });
  expect(untold(await target.rows())).toEqual(untold(before));
  expect(await target.files()).toEqual(files);
});

it('replaces nothing where the restore point cannot be encrypted', async () => {
  const path = await backUp();
  const before = [await home.rows(), await home.files()];
  const env = { ...home.env, BACKUP_RECIPIENTS: 'age1wrong', BACKUP_IDENTITY_FILE: identity };
  const refused = await home.fuseWith(env, 'restore', path, '--replace');
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is no recipient of age') as string,
  });
  expect([await home.rows(), await home.files()]).toEqual(before);
});

it('takes files over from a backup for the same recipients, not from one for others', async () => {
  const inodes = async (path: string) => {
    const entries = await readdir(join(path, 'blobs'), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return (await Promise.all(files.map(async (file) => (await stat(file)).ino))).toSorted();
  };
  const open = pathIn(await home.fuse('backup', '--to', folder));
  const [first, second] = [await backUp(), await backUp()];
  expect(await inodes(second)).toEqual(await inodes(first));
  expect(await inodes(first)).not.toEqual(await inodes(open));
  expect(await home.fuse('backup', 'verify', second, '--identity', identity)).toMatchObject({ code: 0 });
});

it.each([
  [['--recipient', 'age1wrong'], 'is no recipient of age'],
  [['--with-secrets', '--without-secrets'], 'not both'],
])('refuses %j', async (flags, told) => {
  const outcome = await home.fuse('backup', '--to', folder, ...flags);
  expect(outcome).toMatchObject({ stdout: '', stderr: expect.stringContaining(told) });
  expect(outcome.code).not.toBe(0);
});

it('finds a file that was tampered with, and keeps an identity that is there', async () => {
  const path = await backUp();
  const file = join(path, 'tables/tasks.copy.zst.age');
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 20) ^ 1, bytes.length - 20);
  await writeFile(file, bytes);
  const outcome = await home.fuse('backup', 'verify', path, '--identity', identity);
  expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('its content has changed') });
  expect(await home.fuse('backup', 'keygen', identity)).toMatchObject({ code: 1 });
});

it('is what the program age reads, and reads the identity of age-keygen', async () => {
  const there = await run('age', ['--version']).then(
    () => true,
    () => false,
  );
  if (!there) {
    process.stdout.write('age (a Debian package) is not installed: not compared with it\n');
    return;
  }
  const path = await backUp();
  const out = join(folder, 'users.zst');
  await run('age', ['-d', '-i', identity, '-o', out, join(path, 'tables/users.copy.zst.age')]);
  const plain = pathIn(await home.fuse('backup', '--to', join(folder, 'plain')));
  expect(await readFile(out)).toEqual(await readFile(join(plain, 'tables/users.copy.zst')));
});
