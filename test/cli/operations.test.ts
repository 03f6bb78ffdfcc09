import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fill, Installation } from './backup-world';
import { FUSE, type Outcome, ownEnvironment, ROOT } from './fuse';

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

/** The shell blocks of a section, as they stand there. */
async function shellOf(document: string, section: string): Promise<string[]> {
  const whole = await readFile(join(ROOT, 'docs/operations', document), 'utf8');
  const part = whole.split(/^## /m).find((each) => each.startsWith(section)) ?? '';
  return [...part.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** Runs lines of a document; `npm` is a stand-in, since the server needs no start and `fuse` no build. */
async function run(lines: string | undefined, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const words = FUSE.map((word) => `'${word}'`).join(' ');
  const script = `#!/bin/sh\n[ "$*" = start ] && exit 0\n[ "$1 $2 $3" = 'run fuse --' ] || exit 99\nshift 3\nexec ${words} "$@"\n`;
  await writeFile(join(bin, 'npm'), script);
  await chmod(join(bin, 'npm'), 0o755);
  const own = ownEnvironment(env);
  const child = spawn('bash', ['-euo', 'pipefail', '-c', lines ?? 'exit 98'], {
    cwd: folder,
    env: { ...own, PATH: [bin, own['PATH']].join(delimiter) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

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
    const [listAndPrune] = await shellOf('backup.md', 'Which there are');
    expect(await run(listAndPrune, env)).toEqual(good(', verified .*\nKept 1 backup.\n$'));
    const checked = await run('cd backups/*Z && sha256sum -c manifest.json.sha256', env);
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
