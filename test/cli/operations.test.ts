import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill, Installation } from './backup-world';
import { runShell, shellOf } from './document-shell';
import type { Outcome } from './fuse';

const PATIENCE = 180_000;

let folder: string;
const made: Installation[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fuse-operations-'));
});

afterEach(async () => {
  for (const each of made.splice(0)) await each.remove();
  await rm(folder, { recursive: true, force: true });
});

async function installation(options?: { migrated: boolean }): Promise<Installation> {
  const each = await Installation.make(options);
  made.push(each);
  return each;
}

const run = (lines: string | undefined, env: NodeJS.ProcessEnv) => runShell(folder, lines, env);

async function inUse(): Promise<Installation> {
  const home = await installation();
  const app = await home.start();
  await fill(app);
  await app.close();
  await symlink(home.dataDir, join(folder, '.data'));
  return home;
}

const good = (stdout: string) =>
  expect.objectContaining({ code: 0, stdout: expect.stringMatching(stdout) as string }) as Outcome;

it(
  'backup.md is what happens',
  async () => {
    const { env } = await inUse();
    const [backUp] = await shellOf('backup.md', 'Make one');
    expect(await run(backUp, env)).toEqual(good('does not hold the signing key'));
    const [verify] = await shellOf('backup.md', 'See whether');
    expect(await run(verify, env)).toEqual(good('The backup is good.'));
    const [keygen, encrypted] = await shellOf('backup.md', 'Encrypt it');
    expect(await run(keygen, env)).toEqual(good('^age1\\w+\n$'));
    expect(await run(encrypted, env)).toEqual(good('holds the signing key, encrypted|The backup is good.'));
    const [listAndPrune] = await shellOf('backup.md', 'Which there are');
    expect(await run(listAndPrune, env)).toEqual(good(', verified .*\nKept 2 backups.\n$'));
    const checked = await run(
      'cd "$(ls -d backups/*Z | tail -n 1)" && sha256sum -c manifest.json.sha256',
      env,
    );
    expect(checked.stdout).toContain('manifest.json: OK');
  },
  PATIENCE,
);

it(
  'recovery.md brings everything back, into the embedded PostgreSQL',
  async () => {
    const home = await inUse();
    await run((await shellOf('backup.md', 'Make one'))[0], home.env);
    const [restore] = await shellOf('recovery.md', 'Everything is lost');
    const env = { DATA_DIR: join(folder, 'new') };
    expect(await run(restore, env)).toEqual(good('Restored \\d+ rows, 2 files, as of '));
    const [resume] = await shellOf('recovery.md', 'Let mail');
    expect(await run(resume, env)).toEqual(good('^Mail and jobs go on.\n$'));
    expect(await run(restore, env)).toMatchObject({ code: 1, stderr: expect.stringContaining('not empty') });
  },
  PATIENCE,
);

it(
  'recovery.md goes back, and forth again',
  async () => {
    const home = await inUse();
    await run((await shellOf('backup.md', 'Make one'))[0], home.env);
    const titles = () => home.query('SELECT title FROM tasks ORDER BY 1');
    const before = await titles();
    await home.query(`UPDATE tasks SET title = 'a mistake'`);
    const mistaken = await titles();
    const [back, forth] = await shellOf('recovery.md', 'Back to before');
    expect(await run(back, home.env)).toEqual(good('What was here before: '));
    expect(await titles()).toEqual(before);
    expect(await run(forth, home.env)).toEqual(good('Restored'));
    expect(await titles()).toEqual(mistaken);
  },
  PATIENCE,
);

it(
  'recovery.md moves to another PostgreSQL',
  async () => {
    const home = await inUse();
    const target = await installation({ migrated: false });
    const [move = ''] = await shellOf('recovery.md', 'To another');
    const lines = move.replace('postgres://fuse:secret@db.example.org/fuse', `'${target.database.url}'`);
    expect(lines).not.toBe(move);
    expect(await run(lines, home.env)).toEqual(good('Restored'));
    expect((await target.rows())['tasks']).toEqual((await home.rows())['tasks']);
  },
  PATIENCE,
);
