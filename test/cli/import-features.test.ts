import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EVERYTHING, HISTORY, importWorld, type ImportWorld, real, SHARED, tallyOf } from './import-world';

let world: ImportWorld;
let directory: string;
const run = (...args: string[]) => world.run(...args);
const rows = (sql: string) => world.rows(sql);

beforeEach(async () => {
  world = await importWorld();
  ({ directory } = world);
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
    const file = join(directory, 'a.csv');
    await writeFile(file, CSV);
    const outcome = await run('stages', file, ...MAP);
    expect([outcome.code, tallyOf(outcome)]).toEqual([0, { people: [0, 0, 0], features: [3, 0, 3] }]);
    expect(outcome.stderr.trim().split('\n')).toEqual([
      expect.stringContaining('record 3 (line 5): began is no moment: yesterday'),
      expect.stringContaining('record 4 (line 6): 2 cells, not 5'),
      expect.stringContaining('record 5 (line 7): it has entered no stage'),
    ]);
    expect(await rows(HISTORY)).toMatchObject([
      { name: 'backwards', to_stage: 'review', at: '2026-01-01 00:00:00+00', duration: null },
      { to_stage: 'completed', at: '2026-01-01 00:00:00+00', duration: 0 },
      { to_stage: 'development', at: '2026-01-02 00:00:00+00', duration: 86_400_000 },
      { name: 'plain', from_stage: null, to_stage: 'development', at: '2026-01-01 00:00:00+00' },
      { from_stage: 'development', to_stage: 'review', at: '2026-01-02 00:00:00.5+00', duration: 86_400_500 },
      { from_stage: 'review', to_stage: 'completed', duration: 86_399_500 },
      { name: 'with "quotes", and', to_stage: 'development', at: '2025-12-31 22:00:00+00' },
    ]);
    expect(
      await rows(
        'SELECT name, current_stage, completion_percentage AS done, start_time::text FROM features ORDER BY 1',
      ),
    ).toMatchObject([
      { current_stage: 'development', done: 33 },
      { current_stage: 'completed', done: 100, start_time: '2026-01-01 00:00:00+00' },
      { current_stage: 'development' },
    ]);
  });

  it('changes nothing when it is run again, and writes nothing on a dry run', async () => {
    const file = join(directory, 'a.csv');
    await writeFile(file, CSV);
    const dry = await run('stages', file, ...MAP, '--dry-run');
    expect([tallyOf(dry)['features'], await rows(EVERYTHING)]).toEqual([[3, 0, 3], []]);
    await run('stages', file, ...MAP);
    const before = await rows(EVERYTHING);
    expect(before.length).toBeGreaterThan(10);
    expect(tallyOf(await run('stages', file, ...MAP))['features']).toEqual([0, 3, 3]);
    expect(await rows(EVERYTHING)).toEqual(before);
    expect((await run('stages', file, ...MAP, '--strict')).code).toBe(1);
  });

  it('refuses what makes no sense, and writes nothing', async () => {
    const file = join(directory, 'a.csv');
    await writeFile(file, CSV);
    const codes = [
      await run('stages', file, '--map', 'began=nowhere', '--name', 'title'),
      await run('stages', file, '--map', 'missing=review', '--name', 'title'),
      await run('stages', join(directory, 'none'), ...MAP),
    ].map(({ code }) => code);
    expect(codes).toEqual([1, 1, 1]);
    expect((await run('stages', file, '--map', 'began', '--name', 'title')).code).toBe(2);
    expect(await rows(EVERYTHING)).toEqual([]);
  });

  real(
    'reads 654 merges of a real repository (../shared/data/git-merges)',
    async () => {
      const file = join(SHARED, 'git-merges/typeorm.csv');
      const map = 'first_commit_at=development,last_commit_at=review,merged_at=completed';
      const outcome = await run('stages', file, '--map', map, '--name', 'title', '--id', 'merge');
      expect([outcome.code, outcome.stderr, tallyOf(outcome)['features']]).toEqual([0, '', [654, 0, 0]]);
      const [sum] = await rows(`SELECT sum(duration)::text AS ms FROM stage_transitions`);
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

describe('fuse import jira', () => {
  const person = (accountId: string) => ({ accountId, displayName: `Person ${accountId}` });
  const change = (id: number, created: string, from: string | null, to: string, by = 'b') => ({
    ...{ id: String(id), created, author: person(by) },
    items: [
      { field: 'assignee', fromString: 'x', toString: 'y' },
      { field: 'status', fromString: from, toString: to },
    ],
  });
  const issue = (key: string, histories: object[], fields: object = {}) => ({
    ...{ id: key.replace(/\D/g, ''), key, self: `https://jira.example.org/rest/api/2/issue/${key}` },
    fields: {
      ...{ summary: ` Summary of ${key}\u0000`, description: null, created: '2026-01-01T08:00:00.123+0800' },
      ...{ status: { name: 'Done' }, creator: person('a'), ...fields },
    },
    changelog: { total: histories.length, histories },
  });
  const ISSUES = [
    issue('A-1', [
      change(12, '2026-01-03T00:00:00.000+0000', 'Doing', 'Done'),
      change(11, '2026-01-02T01:00:00.001+0100', 'To Do', 'Doing'),
    ]),
    issue('A-2', [
      change(22, '2026-01-02T00:00:00.500Z', 'Doing', 'Closed'),
      change(21, '2026-01-02T00:00:00.500Z', 'To Do', 'Doing'),
      change(23, '2026-01-04T00:00:00.000Z', 'Closed', 'Done'),
    ]),
    issue('A-3', [], { status: { name: 'To Do' } }),
    issue('A-4', [change(41, '2026-01-02T00:00:00.000Z', null, 'Doing')]),
    issue('A-5', [change(51, '2025-12-31T00:00:00.000Z', 'To Do', 'Doing')]),
    { key: 'A-6' },
  ];
  const MAP = { 'To Do': 'planning', doing: 'development', Done: 'completed', Closed: 'completed' };

  const put = async (): Promise<[string, string]> => {
    const [issues, map] = [join(directory, 'issues.json'), join(directory, 'map.json')];
    await writeFile(issues, JSON.stringify(ISSUES));
    await writeFile(map, JSON.stringify(MAP));
    return [issues, map];
  };

  it('makes transitions of changelogs, to the millisecond', async () => {
    const [issues, map] = await put();
    const outcome = await run('jira', issues, '--map', map);
    expect([outcome.code, tallyOf(outcome)]).toEqual([0, { people: [2, 0, 0], features: [5, 0, 1] }]);
    expect(outcome.stderr).toContain('record 6');
    const history = (await rows(HISTORY)).map(({ name, to_stage, at, duration }) => [
      name,
      to_stage,
      at,
      duration,
    ]);
    const [first, second] = ['2026-01-01 00:00:00.123+00', '2026-01-02 00:00:00.001+00'];
    expect(history).toEqual([
      ['Summary of A-1\uFFFD', 'planning', first, null],
      ['Summary of A-1\uFFFD', 'development', second, 86_399_878],
      ['Summary of A-1\uFFFD', 'completed', '2026-01-03 00:00:00+00', 86_399_999],
      ['Summary of A-2\uFFFD', 'planning', first, null],
      ['Summary of A-2\uFFFD', 'development', '2026-01-02 00:00:00.5+00', 86_400_377],
      ['Summary of A-2\uFFFD', 'completed', '2026-01-02 00:00:00.5+00', 0],
      ['Summary of A-3\uFFFD', 'planning', first, null],
      ['Summary of A-4\uFFFD', 'development', '2026-01-02 00:00:00+00', null],
      ['Summary of A-5\uFFFD', 'planning', '2025-12-31 00:00:00+00', null],
      ['Summary of A-5\uFFFD', 'development', '2025-12-31 00:00:00+00', 0],
    ]);
    expect((await rows(HISTORY)).slice(0, 2)).toMatchObject([{ actor: 'Person a' }, { actor: 'Person b' }]);
    expect(await rows('SELECT status, email, password_hash AS hash FROM users ORDER BY 2')).toEqual([
      { status: 'invited', email: 'jira-a@users.invalid', hash: '!' },
      { status: 'invited', email: 'jira-b@users.invalid', hash: '!' },
    ]);
    const before = await rows(EVERYTHING);
    expect(tallyOf(await run('jira', issues, '--map', map))['features']).toEqual([0, 5, 1]);
    expect(await rows(EVERYTHING)).toEqual(before);
  });

  it('names statuses that have no stage, and writes nothing', async () => {
    const [issues] = await put();
    const outcome = await run('jira', issues);
    expect([outcome.code, await rows(EVERYTHING)]).toEqual([1, []]);
    for (const status of ['"To Do" (4 issues)', '"Doing" (4 issues)', '"Closed" (1 issues)']) {
      expect(outcome.stderr).toContain(status);
    }
  });

  it('takes people for users that it is told', async () => {
    const [issues, map] = await put();
    await world.client.query(
      `INSERT INTO users (username, email, password_hash) VALUES ('ada', 'ada@example.org', 'x')`,
    );
    const outcome = await run('jira', issues, '--map', map, '--map-user', 'a=ADA');
    expect(tallyOf(outcome)['people']).toEqual([1, 1, 0]);
    expect((await rows(HISTORY))[0]).toMatchObject({ actor: 'ada' });
    expect((await run('jira', issues, '--map', map, '--map-user', 'a=nobody')).code).toBe(1);
  });

  real('computes what an independent reader does (../shared/data/jira-ee)', async () => {
    const file = join(SHARED, 'jira-ee/issues.json');
    const stageOf: Record<string, string> = {
      ...{ Inbox: 'planning', 'To Do': 'planning', Open: 'planning', 'Ready for Dev': 'design' },
      ...{ 'In Progress': 'development', 'In Development': 'development' },
      ...{ Resolved: 'review', Closed: 'deployment', 已完成: 'completed' },
    };
    const map = join(directory, 'map.json');
    await writeFile(map, JSON.stringify(stageOf));
    const outcome = await run('jira', file, '--map', map);
    expect([outcome.code, outcome.stderr, tallyOf(outcome)['features']]).toEqual([0, '', [33, 0, 0]]);
    type History = {
      id: string;
      created: string;
      items: { field: string; fromString: string; toString: string }[];
    };
    type Issue = {
      id: string;
      fields: { created: string; status: { name: string } };
      changelog: { histories: History[] };
    };
    const expected: Record<string, string> = {};
    for (const { id, fields, changelog } of JSON.parse(readFileSync(file, 'utf8')) as Issue[]) {
      const changes = changelog.histories
        .flatMap(({ id: change, created, items }) =>
          items.map((item) => ({ ...item, at: Date.parse(created), change: Number(change) })),
        )
        .filter(({ field }) => field === 'status')
        .sort((a, b) => a.at - b.at || a.change - b.change);
      let [stage, since] = [
        stageOf[changes[0]?.fromString ?? fields.status.name],
        Date.parse(fields.created),
      ];
      const spent = [];
      for (const { at, toString } of changes) {
        const next = stageOf[toString];
        if (next === stage) continue;
        spent.push(`${stage} ${at - since}`);
        [stage, since] = [next, at];
      }
      expected[id] = [...spent, stage].join(', ');
    }
    const found = await rows(`
      SELECT split_part(r.external_id, '/', 2) AS id, f.current_stage AS stage,
             string_agg(t.from_stage || ' ' || t.duration, ', ' ORDER BY t.timestamp, t.sequence) AS spent
        FROM external_references r JOIN features f ON f.id = r.subject_id JOIN stage_transitions t ON t.feature_id = f.id
       WHERE r.kind = 'feature' GROUP BY 1, 2`);
    const histories = found.map(({ id, stage, spent }) => [id, [spent, stage].filter(Boolean).join(', ')]);
    expect(Object.fromEntries(histories) as unknown).toEqual(expected);
  });
});
