import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EVERYTHING, HISTORY, importWorld, type ImportWorld, real, SHARED, tallyOf } from './import-world';

let world: ImportWorld;

beforeEach(async () => {
  world = await importWorld();
});
afterEach(() => world.remove());

describe('fuse import stages', () => {
  const CSV = [
    'id,title,began,reviewed,merged',
    '1,plain,2026-01-01T00:00:00Z,2026-01-02T01:00:00.5+01:00,2026-01-03T00:00:00Z',
    '2,"with ""quotes"", and\na line",2026-01-01 00:00:00+02,,',
    '3,bad,yesterday,,',
    '4,short',
    '5,nowhere,,,',
    '6,backwards,2026-01-02T00:00:00Z,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z',
    '',
  ].join('\n');
  const MAP = ['--map', 'began=development,reviewed=review,merged=completed', '--name', 'title'];

  it('makes a feature of each row, and says which rows are none', async () => {
    const file = join(world.directory, 'a.csv');
    await writeFile(file, CSV);
    const outcome = await world.run('stages', file, ...MAP);
    expect([outcome.code, tallyOf(outcome)]).toEqual([0, { people: [0, 0, 0], features: [3, 0, 3] }]);
    expect(outcome.stderr.trim().split('\n')).toEqual([
      expect.stringContaining('record 3 (line 5): began is no moment: yesterday'),
      expect.stringContaining('record 4 (line 6): 2 cells, not 5'),
      expect.stringContaining('record 5 (line 7): it has entered no stage'),
    ]);
    expect(await world.rows(HISTORY)).toMatchObject([
      { name: 'backwards', to_stage: 'review', at: '2026-01-01 00:00:00+00', duration: null },
      { to_stage: 'completed', at: '2026-01-01 00:00:00+00', duration: 0 },
      { to_stage: 'development', at: '2026-01-02 00:00:00+00', duration: 86_400_000 },
      { name: 'plain', from_stage: null, to_stage: 'development', at: '2026-01-01 00:00:00+00' },
      { from_stage: 'development', to_stage: 'review', at: '2026-01-02 00:00:00.5+00', duration: 86_400_500 },
      { from_stage: 'review', to_stage: 'completed', duration: 86_399_500 },
      { name: 'with "quotes", and', to_stage: 'development', at: '2025-12-31 22:00:00+00' },
    ]);
    expect(
      await world.rows(
        'SELECT name, current_stage, completion_percentage AS done, start_time::text FROM features ORDER BY 1',
      ),
    ).toMatchObject([
      { current_stage: 'development', done: 33 },
      { current_stage: 'completed', done: 100, start_time: '2026-01-01 00:00:00+00' },
      { current_stage: 'development' },
    ]);
  });

  it('changes nothing when it is run again, and writes nothing on a dry run', async () => {
    const file = join(world.directory, 'a.csv');
    await writeFile(file, CSV);
    const dry = await world.run('stages', file, ...MAP, '--dry-run');
    expect([tallyOf(dry)['features'], await world.rows(EVERYTHING)]).toEqual([[3, 0, 3], []]);
    await world.run('stages', file, ...MAP);
    const before = await world.rows(EVERYTHING);
    expect(before.length).toBeGreaterThan(10);
    expect(tallyOf(await world.run('stages', file, ...MAP))['features']).toEqual([0, 3, 3]);
    expect(await world.rows(EVERYTHING)).toEqual(before);
    expect((await world.run('stages', file, ...MAP, '--strict')).code).toBe(1);
  });

  it('refuses what makes no sense, and writes nothing', async () => {
    const file = join(world.directory, 'a.csv');
    await writeFile(file, CSV);
    const codes = [
      await world.run('stages', file, '--map', 'began=nowhere', '--name', 'title'),
      await world.run('stages', file, '--map', 'missing=review', '--name', 'title'),
      await world.run('stages', join(world.directory, 'none'), ...MAP),
    ].map(({ code }) => code);
    expect(codes).toEqual([1, 1, 1]);
    expect((await world.run('stages', file, '--map', 'began', '--name', 'title')).code).toBe(2);
    expect(await world.rows(EVERYTHING)).toEqual([]);
  });

  real(
    'reads 654 merges of a real repository (../shared/data/git-merges)',
    async () => {
      const file = join(SHARED, 'git-merges/typeorm.csv');
      const map = 'first_commit_at=development,last_commit_at=review,merged_at=completed';
      const outcome = await world.run('stages', file, '--map', map, '--name', 'title', '--id', 'merge');
      expect([outcome.code, outcome.stderr, tallyOf(outcome)['features']]).toEqual([0, '', [654, 0, 0]]);
      const [sum] = await world.rows(`SELECT sum(duration)::text AS ms FROM stage_transitions`);
      let expected = 0;
      for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
        const times = line
          .split(',')
          .filter((cell) => /^\d{4}-\d\d-\d\dT/.test(cell))
          .map((cell) => Date.parse(cell));
        expected += Math.max(...times) - Math.min(...times);
      }
      expect(sum).toEqual({ ms: String(expected) });
    },
    60_000,
  );
});
