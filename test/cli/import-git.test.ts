import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EVERYTHING, HISTORY, importWorld, type ImportWorld, tallyOf } from './import-world';

let world: ImportWorld;
let directory: string;
const run = (...args: string[]) => world.run(...args);
const rows = (sql: string) => world.rows(sql);

beforeEach(async () => {
  world = await importWorld();
  ({ directory } = world);
});
afterEach(() => world.remove());

describe('fuse import git', () => {
  const git = (at: string, who: string, ...args: string[]): void => {
    const date = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    const people = { GIT_AUTHOR_NAME: who, GIT_COMMITTER_NAME: who };
    const mails = { GIT_AUTHOR_EMAIL: `${who}@example.org`, GIT_COMMITTER_EMAIL: `${who}@example.org` };
    const env = { ...process.env, ...date, ...people, ...mails, GIT_CONFIG_GLOBAL: '/dev/null' };
    execFileSync('git', args, { cwd: directory, env, stdio: 'pipe' });
  };
  const commit = async (at: string, who: string, file: string, content: string): Promise<void> => {
    await writeFile(join(directory, file), content);
    git(at, who, 'add', '.');
    git(at, who, 'commit', '-qm', `change ${file}`);
  };
  const merge = (at: string, branch: string, title: string): void =>
    git(
      at,
      'mia',
      'merge',
      '-q',
      '--no-ff',
      branch,
      '-m',
      `Merge pull request #1 from x/${branch}`,
      '-m',
      title,
    );

  beforeEach(async () => {
    git('2026-01-01T00:00:00Z', 'ann', 'init', '-q', '-b', 'main');
    await commit('2026-01-01T00:00:00Z', 'ann', 'a.txt', 'one\n');
    git('', 'ann', 'checkout', '-qb', 'first');
    await commit('2026-01-02T00:00:00+01:00', 'bob', 'a.txt', 'one\ntwo\n');
    await commit('2026-01-03T00:00:00Z', 'ann', 'new ü.txt', 'x\ny\n');
    git('', 'ann', 'checkout', '-q', 'main');
    git('', 'ann', 'checkout', '-qb', 'second');
    await commit('2026-02-09T00:00:00Z', 'bob', 'b.txt', 'b\n');
    git('', 'ann', 'checkout', '-q', 'main');
    merge('2026-01-05T12:00:00+02:00', 'first', 'The first feature');
    merge('2026-02-01T00:00:00Z', 'second', '');
  });

  it('makes a feature of each merged branch', async () => {
    const outcome = await run('git', directory);
    expect([outcome.code, outcome.stderr, tallyOf(outcome)]).toEqual([
      0,
      '',
      { people: [3, 0, 0], features: [2, 0, 0] },
    ]);
    expect(await rows(HISTORY)).toEqual([
      ...[
        ['Merge pull request #1 from x/second', null, 'development', '2026-02-01 00:00:00+00', null, 'bob'],
        ['Merge pull request #1 from x/second', 'development', 'review', '2026-02-01 00:00:00+00', 0, 'bob'],
        ['Merge pull request #1 from x/second', 'review', 'completed', '2026-02-01 00:00:00+00', 0, 'mia'],
        ['The first feature', null, 'development', '2026-01-01 23:00:00+00', null, 'bob'],
        ['The first feature', 'development', 'review', '2026-01-03 00:00:00+00', 90_000_000, 'ann'],
        ['The first feature', 'review', 'completed', '2026-01-05 10:00:00+00', 208_800_000, 'mia'],
      ].map(([name, from_stage, to_stage, at, duration, actor]) => ({
        name,
        from_stage,
        to_stage,
        at,
        duration,
        actor,
      })),
    ]);
    expect(
      await rows(`SELECT lines_of_code AS lines, modified_files AS modified, new_files AS new
        FROM code_metrics m JOIN features f ON f.id = feature_id ORDER BY name`),
    ).toEqual([
      { lines: 1, modified: [], new: ['b.txt'] },
      { lines: 3, modified: ['a.txt'], new: ['new ü.txt'] },
    ]);
    const before = await rows(EVERYTHING);
    expect(tallyOf(await run('git', directory))['features']).toEqual([0, 2, 0]);
    expect(await rows(EVERYTHING)).toEqual(before);
  });

  it('is limited by time and branch, and maps people', async () => {
    await world.client.query(
      `INSERT INTO users (username, email, password_hash) VALUES ('ada', 'ada@example.org', 'x')`,
    );
    const outcome = await run('git', directory, '--since', '2026-01-20', '--map-user', 'bob@example.org=ada');
    expect(tallyOf(outcome)).toEqual({ people: [1, 1, 0], features: [1, 0, 0] });
    expect((await rows(HISTORY))[0]).toMatchObject({ actor: 'ada' });
    expect((await run('git', directory, '--branch', 'nowhere')).code).toBe(1);
    expect((await run('git', directory, '--branch=--output=x')).code).toBe(1);
    expect((await run('git', join(directory, 'none'))).code).toBe(1);
  });
});
