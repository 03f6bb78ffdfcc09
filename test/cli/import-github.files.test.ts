import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SMALL } from './fuse';
import { ALL_MADE, githubWorld, type GithubWorld, small } from './github-world';
import { EVERYTHING, tallyOf } from './import-world';

let world: GithubWorld;

beforeEach(async () => {
  world = await githubWorld();
});
afterEach(() => world.remove());

describe('a bad record', () => {
  beforeEach(async () => {
    const [issues, comments] = [await small('issues'), await small('comments')];
    await world.put({
      issues: [
        ...issues.slice(0, 2),
        { ...issues[2], title: undefined },
        null,
        { ...issues[3], created_at: '2024-02-30T00:00:00Z' },
        ...issues.slice(4),
      ],
      comments: [{ ...comments[0], body: 7 }, ...comments.slice(1), 'x'],
    });
  });

  it('is refused with its place and its reason, and the others go in', async () => {
    const outcome = await world.importFrom(world.directory);
    expect(outcome.code).toBe(0);
    expect(tallyOf(outcome)).toEqual({ people: [4, 0, 0], tasks: [4, 0, 3], messages: [6, 0, 4] });
    expect(outcome.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^issues\.json, record 3 \(line \d+\): title: missing$/),
      expect.stringMatching(/^issues\.json, record 4 \(line \d+\): .*object/),
      expect.stringMatching(/^issues\.json, record 5 \(line \d+\): created_at: must be an RFC 3339/),
      expect.stringMatching(/^comments\.json, record 1 \(line 2\): body: .*string/),
      expect.stringMatching(/^comments\.json, record 6 .*its issue is not imported: .*issues\/3$/),
      expect.stringMatching(/^comments\.json, record 7 .*its issue is not imported: .*issues\/4$/),
      expect.stringMatching(/^comments\.json, record 10 .*object/),
    ]);
  });

  it('makes the exit code 1 when asked to', async () => {
    const outcome = await world.importFrom(world.directory, '--strict');
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('7 records refused.') });
    expect(await world.rows('SELECT count(*)::int AS n FROM tasks')).toEqual([{ n: 4 }]);
    expect(await world.importFrom(SMALL, '--strict')).toMatchObject({ code: 0 });
  });
});

describe('a file', () => {
  it.each([
    ['is empty', '', 'it is empty'],
    ['is not JSON', 'hello', 'not a JSON array'],
    ['is an error of the API', '{"message": "Not Found", "status": "404"}', 'not a JSON array'],
    ['is cut off', '[{"id": 1, "title": "x', 'cut off'],
    ['holds something that is no JSON', '[{"id": tru}]', 'not JSON'],
    ['holds other things', [{ name: 'a branch' }, 7], 'none of its 2 records is'],
    ['holds one other thing', [{ name: 'a branch' }], 'its one record is not'],
    ['is not UTF-8', '\xff', 'not a JSON array'],
  ])('that %s is refused before anything is written', async (_what, content, reason) => {
    for (const name of ['issues', 'comments'] as const) {
      await world.put({ [name]: content });
      const outcome = await world.importFrom(world.directory);
      expect(outcome).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
      expect(outcome.stderr).toContain(`${name}.json`);
    }
    expect(await world.rows(EVERYTHING)).toEqual([]);
  });

  it('that is missing is refused', async () => {
    expect(await world.importFrom(world.directory)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such file'),
    });
    await world.put({});
    await rm(join(world.directory, 'comments.json'));
    expect(await world.importFrom(world.directory)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('comments.json'),
    });
    expect(await world.rows(EVERYTHING)).toEqual([]);
  });

  it('may hold several pages, one after the other, which may overlap', async () => {
    const [issues, comments] = [await small('issues'), await small('comments')];
    const pages = [issues.slice(0, 3), issues.slice(2, 5), issues.slice(5), []];
    await world.put({ issues: pages.map((page) => JSON.stringify(page)).join('\n'), comments });
    expect(tallyOf(await world.importFrom(world.directory))).toEqual({ ...ALL_MADE, tasks: [6, 1, 0] });
  });

  it('may hold what no text in the database can', async () => {
    const [issue] = await small('issues');
    const issues = JSON.stringify([{ ...issue, title: 'a\0b', body: 'c\ud800d' }]);
    await world.put({ issues, comments: [] });
    expect(tallyOf(await world.importFrom(world.directory))).toMatchObject({ tasks: [1, 0, 0] });
    expect(await world.rows('SELECT title, description FROM tasks')).toEqual([
      { title: 'a\uFFFDb', description: 'c\uFFFDd' },
    ]);
  });

  it('may hold more than one transaction takes, the same record far apart among it', async () => {
    const [issue] = await small('issues');
    const [comment] = await small('comments');
    const numbers = Array.from({ length: 1200 }, (_, i) => i + 1);
    const url = (n: number) => `https://api.github.com/repos/o/r/issues/${n}`;
    const user = (n: number) => ({ id: 1000 + (n % 700), login: `user${n % 700}` });
    const issues = numbers.map((n) => ({ ...issue, id: n, url: url(n), user: user(n), assignee: null }));
    const comments = numbers.map((n) => ({ ...comment, id: n, issue_url: url(1201 - n), user: user(n) }));
    await world.put({ issues: [...issues, issues[0]], comments });
    const expected = { people: [700, 0, 0], tasks: [1200, 1, 0], messages: [1200, 0, 0] };
    expect(tallyOf(await world.importFrom(world.directory, '--dry-run'))).toEqual(expected);
    expect(tallyOf(await world.importFrom(world.directory))).toEqual(expected);
    const right = `SELECT count(*)::int AS n FROM messages m JOIN external_references c ON c.subject_id = m.id
       JOIN external_references i ON i.subject_id = m.task_id WHERE c.external_id::int + i.external_id::int = 1201`;
    expect(await world.rows(right)).toEqual([{ n: 1200 }]);
  });
});
