import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EVERYTHING, importWorld, type ImportWorld, tallyOf } from './import-world';

let world: ImportWorld;
let file: string;

beforeEach(async () => {
  world = await importWorld();
  file = join(world.directory, 'file');
});
afterEach(() => world.remove());

const MAP = ['--map', 'began=development,merged=completed', '--name', 'title', '--id', 'id'];
const stages = async (content: string | Buffer, ...more: string[]) => {
  await writeFile(file, content);
  return world.run('stages', file, ...MAP, ...more);
};
const HEADER = 'id,title,began,merged\n';
const NAMES = `SELECT name FROM features ORDER BY 1`;

describe('fuse import stages, of what nobody meant', () => {
  it('takes rows by RFC 4180: CRLF, quotes, a byte order mark, blank lines, no newline at the end', async () => {
    const outcome = await stages(
      `\ufeff${HEADER.replace('\n', '\r\n')}1,"a ""b"", \r\nc",2026-01-01T00:00:00Z,\r\n\r\n2,d,2026-01-01 00:00:00+0100,`,
    );
    expect([outcome.stderr, tallyOf(outcome)['features']]).toEqual(['', [2, 0, 0]]);
    expect(await world.rows(NAMES)).toEqual([{ name: 'a "b",' }, { name: 'd' }]);
  });

  it('tells two long ids apart, takes one that stands twice once, and what no column can hold in another form', async () => {
    const long = 'x'.repeat(300);
    const at = '2026-01-01T00:00:00Z';
    const rows = [
      `${long}1,a,${at},`,
      `${long}2,b,${at},`,
      `${long}2,c,${at},`,
      `\0,\0${'é'.repeat(300)},${at},`,
    ];
    expect(tallyOf(await stages(HEADER + rows.join('\n')))['features']).toEqual([3, 1, 0]);
    const [first, second, third] = (await world.rows(NAMES)).map(({ name }) => String(name));
    expect([first, second]).toEqual(['a', 'b']);
    expect(third).toBe(`\uFFFD${'é'.repeat(253)}…`);
    expect(tallyOf(await world.run('stages', file, ...MAP))['features']).toEqual([0, 4, 0]);
  });

  it.each([
    ['a moment that no calendar has', '1,a,2026-02-30T00:00:00Z,', 'began is no moment'],
    ['a day without a time', '1,a,2026-02-03,', 'began is no moment'],
    ['a year that the database cannot hold', '1,a,0000-01-01T00:00:00Z,', 'began is no moment'],
    ['no id', ',a,2026-01-01T00:00:00Z,', 'it has no id'],
    ['control characters', '1,a,\u001b[2J\u009b1A,', 'began is no moment: \\u001b[2J\\u009b1A'],
  ])('names a row with %s', async (_, row, reason) => {
    const outcome = await stages(`${HEADER}${row}\n2,good,2026-01-01T00:00:00Z,`);
    expect(outcome.stderr).toContain(`record 1 (line 2): ${reason}`);
    expect([outcome.code, tallyOf(outcome)['features']]).toEqual([0, [1, 0, 1]]);
  });

  it.each([
    ['a column that stands twice', `id,title,began,merged,began\n`, 'more than one column began'],
    [
      'another encoding',
      Buffer.from('id,title,began,merged\n1,\xfc,2026-01-01T00:00:00Z,', 'latin1'),
      'not encoded in UTF-8',
    ],
    ['an open quote', `${HEADER}1,"a,2026-01-01T00:00:00Z,\n`, 'line 2: a quote is not closed'],
    ['an endless row', `${HEADER}1,${'a'.repeat(1_100_000)}`, 'line 2: the row is too long'],
    ['nothing in it', '', 'is empty'],
    ['other separators', 'id;title;began;merged\n', 'has no column title'],
  ])('refuses a file with %s', async (_, content, reason) => {
    const outcome = await stages(content);
    expect([outcome.code, outcome.stderr.includes(reason)]).toEqual([1, true]);
    expect(await world.rows(EVERYTHING)).toEqual([]);
  });
});

describe('fuse import jira, of what nobody meant', () => {
  const issue = (fields: object = {}, changelog: object = { histories: [] }, more: object = {}) => ({
    ...{ id: '1', key: 'A-1', ...more, changelog },
    fields: {
      summary: 'a',
      created: '2026-01-01T00:00:00.000+0000',
      status: { name: 'planning' },
      ...fields,
    },
  });
  const jira = async (content: unknown, ...more: string[]) => {
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return world.run('jira', file, ...more);
  };
  const change = (item: object, more: object = {}) => ({
    histories: [
      { id: '1', created: '2026-01-02T00:00:00.000Z', items: [{ field: 'status', ...item }], ...more },
    ],
  });

  it.each([
    ['without a changelog', { ...issue(), changelog: undefined }, 'changelog'],
    ['whose changelog is not whole', issue({}, { total: 5, histories: [] }), '0 of 5 entries'],
    ['of no time', issue({ created: 'long ago' }), 'created is no moment: long ago'],
    ['with a change to nothing', issue({}, change({ fromString: 'planning' })), 'a change of its status'],
    [
      'with a change at no time',
      issue({}, change({ toString: 'review' }, { created: '?' })),
      'a change of its status',
    ],
    ['without a status', issue({ status: null }), 'fields.status'],
    ['that is a number', 7, 'no issue'],
  ])('names an issue %s', async (_, wrong, reason) => {
    const outcome = await jira([wrong, issue({}, { histories: [] }, { id: 2 })]);
    expect(outcome.stderr).toContain('record 1 (line 1): ');
    expect(outcome.stderr).toContain(reason);
    expect([outcome.code, tallyOf(outcome)['features']]).toEqual([0, [1, 0, 1]]);
  });

  it('takes people, ids and texts of any kind', async () => {
    // Deeper than JSON.stringify goes.
    const deep = `${'{"content":['.repeat(50_000)}${']}'.repeat(50_000)}`;
    const person = (accountId: string, displayName: string) => ({ accountId, displayName });
    const issues = [
      issue({ description: 'DEEP', creator: person('\0'.repeat(3), `@\u202e \ud800${'💥'.repeat(200)}`) }),
      issue({ creator: person('y'.repeat(500), '  ') }, { histories: [] }, { id: 'z'.repeat(500) }),
      issue(
        { creator: person('w', 'erased-00000000-0000-0000-0000-000000000000') },
        { histories: [] },
        { id: 3 },
      ),
      issue({ creator: person('w', 'again') }, { histories: [] }, { id: 3 }),
    ];
    const outcome = await jira(JSON.stringify(issues).replace('"DEEP"', deep));
    expect([outcome.stderr, tallyOf(outcome)]).toEqual(['', { people: [3, 0, 0], features: [3, 1, 0] }]);
    const names = (await world.rows('SELECT username FROM users ORDER BY 1')).map(({ username }) =>
      String(username),
    );
    expect(names.filter((name) => name.startsWith('jira-'))).toHaveLength(2);
    expect(names.some((name) => name === `\uFFFD${'💥'.repeat(98)}` || name === '💥'.repeat(100))).toBe(true);
    const before = await world.rows(EVERYTHING);
    expect(tallyOf(await world.run('jira', file))['features']).toEqual([0, 4, 0]);
    expect(await world.rows(EVERYTHING)).toEqual(before);
  });

  it.each([
    ['no JSON', '[{"id": nothing}]', 'it is not JSON'],
    ['an answer of a search', { issues: [] }, 'it is not a JSON array'],
    ['an array cut off', '[{"id": "1"', 'it ends in the middle'],
  ])('refuses %s', async (_, content, reason) => {
    const outcome = await jira(content);
    expect([outcome.code, outcome.stderr.includes(reason)]).toEqual([1, true]);
  });

  it('refuses a map that is none, and statuses that it leaves out', async () => {
    const map = join(world.directory, 'map');
    for (const content of ['[]', 'null', '{"a": 1}', '{"a": "nowhere"}', '{']) {
      await writeFile(map, content);
      expect((await jira([issue()], '--map', map)).code).toBe(1);
    }
    await writeFile(map, '{"__proto__": "review", "TOSTRING": "design"}');
    const changes = { histories: change({ fromString: 'toString', toString: '__proto__' }).histories };
    expect((await jira([issue({}, changes)], '--map', map)).stderr).not.toContain('toString');
    const outcome = await jira([issue({ status: { name: 'con\nstructor' } })], '--map', map);
    expect([outcome.code, outcome.stderr.includes('"con\\nstructor" (1 issues)')]).toEqual([1, true]);
  });
});
