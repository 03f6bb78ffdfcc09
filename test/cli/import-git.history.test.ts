import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeMergedHistory } from '../support/merged-history';
import { FUSE, ownEnvironment, ROOT, spawnFuse } from './fuse';
import { EVERYTHING, importWorld, type ImportWorld, tallyOf } from './import-world';

/** Batches of the import hold 200. */
const MERGES = 450;

let world: ImportWorld;
let repository: string;

beforeEach(async () => {
  world = await importWorld();
  repository = join(world.directory, 'repository.git');
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', repository]);
});
afterEach(() => world.remove());

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });

const FOUND = `
  SELECT r.external_id AS hash, f.name, m.lines_of_code AS lines, m.modified_files AS modified, m.new_files AS made,
         extract(epoch FROM min(t.timestamp))::bigint::text AS first,
         extract(epoch FROM max(t.timestamp) FILTER (WHERE t.to_stage = 'review'))::bigint::text AS last,
         extract(epoch FROM max(t.timestamp))::bigint::text AS merged
    FROM external_references r JOIN features f ON f.id = r.subject_id JOIN code_metrics m ON m.feature_id = f.id
    JOIN stage_transitions t ON t.feature_id = f.id GROUP BY 1, 2, 3, 4, 5 ORDER BY 1`;

/** What git itself says of each merge, asked for one at a time. */
function toldOneByOne() {
  const merges = git('log', '--first-parent', '--merges', '--format=%H %ct %P', 'main').trim().split('\n');
  return merges
    .map((line) => {
      const [hash = '', merged = '', base = '', ...heads] = line.split(' ');
      const own = git('log', '--no-merges', '--format=%at', ...heads, `^${base}`)
        .trim()
        .split('\n');
      const times = own.map((time) => Math.min(Number(time), Number(merged)));
      const changes = git('diff', '-M', '--name-status', '-z', base, hash).split('\0');
      const files: Record<'made' | 'modified', string[]> = { made: [], modified: [] };
      while (changes.length > 1) {
        const status = changes.shift() ?? '';
        if (status.startsWith('R')) changes.shift();
        files[status === 'A' ? 'made' : 'modified'].push(changes.shift() ?? '');
      }
      const stat = git('diff', '-M', '--shortstat', base, hash);
      const [first, last] = [String(Math.min(...times)), String(Math.max(...times))];
      const name = git('log', '-1', '--format=%b', hash).trim();
      const lines = Number(/(\d+) insertion/.exec(stat)?.[1] ?? 0);
      return { hash, name, lines, ...files, first, last, merged };
    })
    .sort((a, b) => (a.hash < b.hash ? -1 : 1));
}

describe('fuse import git, of a history in which branches live side by side', () => {
  it('finds what git says of each merge alone', async () => {
    await writeMergedHistory(repository, { merges: 60, branches: 8 });
    expect(tallyOf(await world.run('git', repository))['features']).toEqual([60, 0, 0]);
    const expected = toldOneByOne();
    expect(expected.some(({ modified }) => modified.some((path) => path.includes('{ => }')))).toBe(true);
    expect(await world.rows(FOUND)).toEqual(expected);
  });

  it('of a part of the history, the same of each merge in it', async () => {
    await writeMergedHistory(repository, { merges: 60, branches: 8 });
    const [middle = ''] = git(
      'log',
      '--first-parent',
      '--merges',
      '--format=%ct',
      '--skip=30',
      '-1',
      'main',
    ).split('\n');
    const outcome = await world.run('git', repository, '--since', `@${middle}`);
    expect(tallyOf(outcome)['features']).toEqual([31, 0, 0]);
    const later = toldOneByOne().filter(({ merged }) => Number(merged) >= Number(middle));
    expect(await world.rows(FOUND)).toEqual(later);
  });

  it('needs as many git processes for few merges as for many', async () => {
    const [bin, log] = [join(world.directory, 'bin'), join(world.directory, 'calls')];
    await mkdir(bin);
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    await writeFile(join(bin, 'git'), `#!/bin/sh\necho "$*" >> ${log}\nexec ${git} "$@"\n`);
    await chmod(join(bin, 'git'), 0o755);
    const counts: number[] = [];
    for (const merges of [3, 40]) {
      const each = join(world.directory, `${merges}.git`);
      execFileSync('git', ['init', '-q', '--bare', '-b', 'main', each]);
      await writeMergedHistory(each, { merges, branches: 3 });
      await writeFile(log, '');
      const env = { ...world.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
      const outcome = await spawnFuse(env, ['import', 'git', each]);
      // The two histories begin alike, and what both have is not made twice.
      expect(tallyOf(outcome)['features']).toEqual(merges === 3 ? [3, 0, 0] : [37, 3, 0]);
      counts.push((await readFile(log, 'utf8')).trim().split('\n').length);
    }
    expect(counts).toEqual([5, 5]);
  });
});

describe('fuse import git, interrupted', () => {
  /** From the 201st feature on, inserts wait for whoever holds the lock. */
  const HOLD = `
    CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF (SELECT count(*) FROM features) >= 200 THEN PERFORM pg_advisory_xact_lock(4711); END IF; RETURN NEW; END $$;
    CREATE TRIGGER hold BEFORE INSERT ON features FOR EACH STATEMENT EXECUTE FUNCTION hold();
    SELECT pg_advisory_lock(4711)`;
  const WAITING = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND NOT granted`;

  it('keeps what was done, and goes on from there when it is run again', async () => {
    await writeMergedHistory(repository, { merges: MERGES, branches: 8 });
    await world.client.query(HOLD);
    const [node, ...first] = FUSE;
    const env = ownEnvironment({ ...world.env });
    const child = spawn(node, [...first, 'import', 'git', repository], { cwd: ROOT, env, stdio: 'ignore' });
    const ended = once(child, 'close');
    while ((await world.rows(WAITING)).length === 0) expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
    await world.client.query('SELECT pg_advisory_unlock(4711)');
    const [{ count } = {}] = await world.rows('SELECT count(*)::int FROM features');
    expect(count).toBe(200);
    expect(tallyOf(await world.run('git', repository))['features']).toEqual([250, 200, 0]);
    const [sums] = await world.rows(
      'SELECT count(*)::int AS rows, count(DISTINCT external_id)::int AS merges FROM external_references WHERE kind = $$feature$$',
    );
    expect(sums).toEqual({ rows: MERGES, merges: MERGES });
    const before = await world.rows(EVERYTHING);
    expect(tallyOf(await world.run('git', repository))['features']).toEqual([0, MERGES, 0]);
    expect(await world.rows(EVERYTHING)).toEqual(before);
  });
});
