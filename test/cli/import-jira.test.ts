import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EVERYTHING, HISTORY, importWorld, type ImportWorld, real, SHARED, tallyOf } from './import-world';

let world: ImportWorld;

beforeEach(async () => {
  world = await importWorld();
});
afterEach(() => world.remove());

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
    const [issues, map] = [join(world.directory, 'issues.json'), join(world.directory, 'map.json')];
    await writeFile(issues, JSON.stringify(ISSUES));
    await writeFile(map, JSON.stringify(MAP));
    return [issues, map];
  };

  it('makes transitions of changelogs, to the millisecond', async () => {
    const [issues, map] = await put();
    const outcome = await world.run('jira', issues, '--map', map);
    expect([outcome.code, tallyOf(outcome)]).toEqual([0, { people: [2, 0, 0], features: [5, 0, 1] }]);
    expect(outcome.stderr).toContain('record 6');
    const history = (await world.rows(HISTORY)).map(({ name, to_stage, at, duration }) => [
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
    expect((await world.rows(HISTORY)).slice(0, 2)).toMatchObject([
      { actor: 'Person a' },
      { actor: 'Person b' },
    ]);
    expect(await world.rows('SELECT status, email, password_hash AS hash FROM users ORDER BY 2')).toEqual([
      { status: 'invited', email: 'jira-a@users.invalid', hash: '!' },
      { status: 'invited', email: 'jira-b@users.invalid', hash: '!' },
    ]);
    const before = await world.rows(EVERYTHING);
    expect(tallyOf(await world.run('jira', issues, '--map', map))['features']).toEqual([0, 5, 1]);
    expect(await world.rows(EVERYTHING)).toEqual(before);
  });

  it('names statuses that have no stage, and writes nothing', async () => {
    const [issues] = await put();
    const outcome = await world.run('jira', issues);
    expect([outcome.code, await world.rows(EVERYTHING)]).toEqual([1, []]);
    for (const status of ['"To Do" (4 issues)', '"Doing" (4 issues)', '"Closed" (1 issues)']) {
      expect(outcome.stderr).toContain(status);
    }
  });

  it('takes people for users that it is told', async () => {
    const [issues, map] = await put();
    await world.client.query(
      `INSERT INTO users (username, email, password_hash) VALUES ('ada', 'ada@example.org', 'x')`,
    );
    const outcome = await world.run('jira', issues, '--map', map, '--map-user', 'a=ADA');
    expect(tallyOf(outcome)['people']).toEqual([1, 1, 0]);
    expect((await world.rows(HISTORY))[0]).toMatchObject({ actor: 'ada' });
    expect((await world.run('jira', issues, '--map', map, '--map-user', 'a=nobody')).code).toBe(1);
  });

  real('computes what an independent reader does (../shared/data/jira-ee)', async () => {
    const file = join(SHARED, 'jira-ee/issues.json');
    const stageOf: Record<string, string> = {
      ...{ Inbox: 'planning', 'To Do': 'planning', Open: 'planning', 'Ready for Dev': 'design' },
      ...{ 'In Progress': 'development', 'In Development': 'development' },
      ...{ Resolved: 'review', Closed: 'deployment', 已完成: 'completed' },
    };
    const map = join(world.directory, 'map.json');
    await writeFile(map, JSON.stringify(stageOf));
    const outcome = await world.run('jira', file, '--map', map);
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
    const found = await world.rows(`
      SELECT split_part(r.external_id, '/', 2) AS id, f.current_stage AS stage,
             string_agg(t.from_stage || ' ' || t.duration, ', ' ORDER BY t.timestamp, t.sequence) AS spent
        FROM external_references r JOIN features f ON f.id = r.subject_id JOIN stage_transitions t ON t.feature_id = f.id
       WHERE r.kind = 'feature' GROUP BY 1, 2`);
    const histories = found.map(({ id, stage, spent }) => [id, [spent, stage].filter(Boolean).join(', ')]);
    expect(Object.fromEntries(histories) as unknown).toEqual(expected);
  });
});
