import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeMergedHistory } from '../support/merged-history';
import { importWorld, type ImportWorld, tallyOf } from './import-world';

let world: ImportWorld;
let repository: string;

const repositoryAt = (name: string): string => {
  const path = join(world.directory, name);
  execFileSync('git', ['init', '-q', '--bare', '-b', 'main', path]);
  return path;
};

beforeEach(async () => {
  world = await importWorld();
  repository = repositoryAt('repository.git');
});
afterEach(() => world.remove());

const git = (...args: string[]): string =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' });

/** A commit as `git fast-import` takes it: mark, author's time, committer's time, parents. */
const commit = (
  mark: number,
  authored: string,
  at: string,
  parents: number[],
  who = 'Ann <ann@example.org>',
) => {
  const [from, ...merged] = parents.map((parent) => `:${parent}\n`);
  const lines = [from && `from ${from}`, ...merged.map((parent) => `merge ${parent}`)]
    .filter(Boolean)
    .join('');
  return (
    `commit refs/heads/main\nmark :${mark}\nauthor ${who} ${authored} +0000\ncommitter ${who} ${at} +0000\n` +
    `data 3\nm ${mark % 10}\n${lines}M 100644 inline f${mark}\ndata 2\n${mark % 10}\n\n`
  );
};
const write = (...commits: string[]): void => {
  const input = `reset refs/heads/main\n${commits.join('')}`;
  execFileSync('git', ['-C', repository, 'fast-import', '--quiet', '--date-format=raw-permissive'], {
    input,
  });
};
const features = async (path = repository, ...args: string[]) =>
  tallyOf(await world.run('git', path, ...args))['features'];

describe('fuse import git, of what nobody meant', () => {
  it('names merges that brought in nothing, or were made at no time, and takes the others', async () => {
    write(
      commit(1, '100', '100', []),
      ...[commit(2, '200', '200', [1]), commit(3, '300', '300', [1, 2])],
      // What it merges was there before.
      commit(4, '400', '400', [3, 1]),
      ...[commit(5, '500', '500', [4]), commit(6, '600', '999999999999999', [4, 5])],
      ...[commit(7, '999999999999999', '700', [6]), commit(8, '800', '1700000000', [6, 7])],
    );
    const outcome = await world.run('git', repository);
    const named = outcome.stderr.trim().split('\n');
    expect(tallyOf(outcome)['features']).toEqual([1, 0, 3]);
    expect(named).toEqual([
      expect.stringMatching(/record 1 .*[0-9a-f]{40}: no commit of its own was merged$/),
      expect.stringMatching(/record 2 .*[0-9a-f]{40}: it was merged at no moment that a calendar has$/),
      expect.stringMatching(/record 3 .*[0-9a-f]{40}: no commit of its own was merged$/),
    ]);
    expect((await world.run('git', repository, '--strict')).code).toBe(1);
  });

  it('takes people of any name', async () => {
    const names = [
      ' <>',
      `${'n'.repeat(400)} <${'e'.repeat(400)}@example.org>`,
      '\u202e\u0007\ud83d\ude00 <@@@>',
      'A <a@b>',
    ];
    const branches = names.map((who, i) => commit(10 + i, '200', '200', [1], who));
    const merges = names.map((who, i) =>
      commit(20 + i, `${300 + i}`, `${300 + i}`, [i === 0 ? 1 : 19 + i, 10 + i], who),
    );
    write(commit(1, '100', '100', []), ...branches, ...merges);
    const outcome = await world.run('git', repository);
    expect([outcome.code, outcome.stderr, tallyOf(outcome)]).toEqual([
      0,
      '',
      { people: [3, 0, 0], features: [4, 0, 0] },
    ]);
    expect(await world.rows('SELECT username FROM users ORDER BY 1')).toHaveLength(3);
    expect(await features()).toEqual([0, 4, 0]);
  });

  it('refuses a history that is cut off, none, or somewhere else', async () => {
    expect((await world.run('git', repository)).stderr).toContain('has no branch or commit HEAD');
    await writeMergedHistory(repository, { merges: 5, branches: 2 });
    const shallow = join(world.directory, 'shallow');
    execFileSync('git', ['clone', '-q', '--depth', '3', `file://${repository}`, shallow]);
    const cut = await world.run('git', shallow);
    expect([cut.code, cut.stderr.includes('shallow clone')]).toEqual([1, true]);
    expect((await world.run('git', repository, '--map', 'planning=review')).stderr).toContain('no planning');
    process.env['GIT_DIR'] = repositoryAt('other.git');
    expect(await features()).toEqual([5, 0, 0]);
    delete process.env['GIT_DIR'];
  });

  it('says where git stopped', async () => {
    // Each object in a file of its own.
    git('config', 'fastimport.unpackLimit', '100000');
    await writeMergedHistory(repository, { merges: 20, branches: 3 });
    const [tree = ''] = git('rev-parse', 'main~5^{tree}').split('\n');
    await rm(join(repository, 'objects', tree.slice(0, 2), tree.slice(2)));
    const outcome = await world.run('git', repository);
    expect([outcome.code, outcome.stderr.includes(tree)]).toEqual([1, true]);
  });

  it("counts the same whatever the repository's settings say", async () => {
    await writeMergedHistory(repository, { merges: 12, branches: 3 });
    const told = `SELECT name, lines_of_code AS lines, modified_files AS modified, new_files AS made
      FROM features f JOIN code_metrics m ON m.feature_id = f.id ORDER BY f.start_time, name`;
    await features();
    const plain = await world.rows(told);
    const other = repositoryAt('settings.git');
    execFileSync('git', ['-C', other, 'fetch', '-q', repository, 'main:main']);
    const settings = {
      ...{ 'color.ui': 'always', 'diff.external': 'false', 'diff.renames': 'false', 'diff.relative': 'true' },
      ...{
        'log.showSignature': 'true',
        'log.diffMerges': 'combined',
        'log.date': 'relative',
        'format.pretty': 'oneline',
      },
    };
    for (const [name, value] of Object.entries(settings))
      execFileSync('git', ['-C', other, 'config', name, value]);
    await world.client.query('TRUNCATE features, external_references CASCADE');
    expect(await features(other)).toEqual([12, 0, 0]);
    expect(await world.rows(told)).toEqual(plain);
  });
});
