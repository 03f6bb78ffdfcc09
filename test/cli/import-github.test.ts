import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@app/database';
import { Client } from 'pg';
import { onlyWhere } from '../support/only-where';
import { ANTS, fuse, type Outcome, SMALL } from './fuse';

type JsonRecord = Record<string, unknown>;

let database: TestDatabase;
let client: Client;
let directory: string;

beforeEach(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query("SET TIME ZONE 'UTC'");
  directory = await mkdtemp(join(tmpdir(), 'fuse-import-'));
});

afterEach(async () => {
  await client.end();
  await database.drop();
  await rm(directory, { recursive: true });
});

const importFrom = (from: string, ...flags: string[]): Promise<Outcome> =>
  fuse({ DATABASE_URL: database.url }, ['import', 'github', from, ...flags]);

/** Made, skipped, refused: of people, tasks, messages. */
function tallyOf({ stdout }: Outcome): Record<string, number[]> {
  const lines = stdout.matchAll(/^(people|tasks|messages) +(\d+) +(\d+) +(\d+)$/gm);
  return Object.fromEntries([...lines].map(([, what, ...counts]) => [what, counts.map(Number)]));
}

async function rows(sql: string, values: unknown[] = []): Promise<JsonRecord[]> {
  return (await client.query<JsonRecord>(sql, values)).rows;
}

const small = async (name: 'issues' | 'comments'): Promise<JsonRecord[]> =>
  JSON.parse(await readFile(join(SMALL, `${name}.json`), 'utf8')) as JsonRecord[];

/** Puts files into the directory to import from: text as it is, records as JSON. */
async function put(files: { issues?: unknown; comments?: unknown }): Promise<void> {
  const { issues = await small('issues'), comments = await small('comments') } = files;
  for (const [name, content] of Object.entries({ issues, comments })) {
    const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
    await writeFile(join(directory, `${name}.json`), text);
  }
}

/** Every row that an import could make or change, with its version. */
const EVERYTHING = `
  SELECT 'user' AS kind, id, xmin::text FROM users UNION ALL SELECT 'task', id, xmin::text FROM tasks
  UNION ALL SELECT 'message', id, xmin::text FROM messages UNION ALL SELECT 'event', NULL, xmin::text FROM events
  UNION ALL SELECT kind, subject_id, xmin::text FROM external_references ORDER BY 1, 2, 3`;

const ALL_MADE = { people: [5, 0, 0], tasks: [6, 0, 0], messages: [9, 0, 0] };

describe('the records', () => {
  it('become tasks with their states, people and times', async () => {
    const outcome = await importFrom(SMALL);
    expect([outcome.code, outcome.stderr, tallyOf(outcome)]).toEqual([0, '', ALL_MADE]);
    const tasks = await rows(`
      SELECT title, t.status, c.username AS creator, a.username AS assignee, priority,
             t.created_at::text, t.updated_at::text, completed_at::text
        FROM tasks t JOIN users c ON c.id = created_by LEFT JOIN users a ON a.id = assigned_to
       WHERE char_length(title) < 255 ORDER BY t.created_at`);
    const done = { priority: 0, status: 'completed' };
    const open = { priority: 0, status: 'pending', completed_at: null };
    expect(tasks).toEqual([
      {
        ...{ ...done, title: 'Light the lamp at dusk, not at six', creator: 'marin', assignee: 'Ola-N' },
        ...{ created_at: '2024-01-05 16:40:12+00', updated_at: '2024-02-11 09:00:00+00' },
        completed_at: '2024-02-11 09:00:00+00',
      },
      {
        ...{ ...done, title: 'Follow the almanac', creator: 'Ola-N', assignee: 'marin' },
        ...{ created_at: '2024-02-01 08:15:00+00', updated_at: '2024-02-11 08:59:58+00' },
        completed_at: '2024-02-11 08:59:58+00',
      },
      {
        ...{ ...open, status: 'cancelled', title: 'Paint the tower green' },
        ...{ creator: 'tide-watch', assignee: null },
        ...{ created_at: '2024-02-20 22:01:44+00', updated_at: '2024-03-01 07:30:00+00' },
      },
      {
        ...{ ...done, title: 'Fog horn sounds like 🐮, not like 🦉', creator: 'Ola-N', assignee: null },
        ...{ created_at: '2024-03-09 11:11:11+00', updated_at: '2024-04-01 00:00:00+00' },
        completed_at: '2024-04-01 00:00:00+00',
      },
      {
        ...{ ...open, title: 'Who broke the third step?', creator: 'ghost', assignee: null },
        ...{ created_at: '2024-03-10 10:00:00+00', updated_at: '2024-03-10 12:00:00+00' },
      },
    ]);
  });

  it('keep every character of texts, those of a title that is too long too', async () => {
    await importFrom(SMALL);
    const [first, , , long] = await small('issues');
    expect(await rows('SELECT description FROM tasks WHERE title = $1', [first?.['title']])).toEqual([
      { description: first?.['body'] },
    ]);
    expect(await rows('SELECT title, description FROM tasks WHERE char_length(title) = 255')).toEqual([
      {
        title: `${String(long?.['title']).slice(0, 254)}…`,
        description: `${String(long?.['title'])}\n\n${String(long?.['body'])}`,
      },
    ]);
  });

  it('become messages with their authors and times', async () => {
    await importFrom(SMALL);
    const messages = await rows(`
      SELECT m.content, u.username, m.type, m.status, m.created_at::text, m.updated_at::text
        FROM messages m JOIN users u ON u.id = sender_id JOIN tasks t ON t.id = task_id
       WHERE t.title IN ('Follow the almanac', 'Who broke the third step?') ORDER BY m.created_at`);
    expect(messages).toEqual([
      {
        ...{
          content: '| check | result |\n|---|---|\n| lamp | ✅ |',
          username: 'keeper[bot]',
          type: 'markdown',
        },
        ...{ status: 'edited', created_at: '2024-02-01 08:16:00+00', updated_at: '2024-02-11 08:50:00+00' },
      },
      {
        content: 'Works. `almanac.of(today)` is all there is to it.',
        ...{ username: 'marin', type: 'markdown', status: 'sent' },
        ...{ created_at: '2024-02-10 19:20:00+00', updated_at: '2024-02-10 19:20:00+00' },
      },
      {
        ...{ content: 'Not me.', username: 'marin', type: 'markdown', status: 'sent' },
        ...{ created_at: '2024-03-10 11:00:00+00', updated_at: '2024-03-10 11:00:00+00' },
      },
      {
        ...{ content: 'Nor me. 👻', username: 'ghost', type: 'markdown', status: 'sent' },
        ...{ created_at: '2024-03-10 12:00:00+00', updated_at: '2024-03-10 12:00:00+00' },
      },
    ]);
  });

  it('leave one event for each row, without content', async () => {
    await importFrom(SMALL);
    const events = await rows(`
      SELECT type, data::text, actor_id, count(DISTINCT subject_id)::int AS subjects, count(*)::int AS events
        FROM events GROUP BY 1, 2, 3 ORDER BY 1`);
    const own = { data: '{"source": "github"}', actor_id: null };
    expect(events).toEqual([
      { ...own, type: 'message.created', subjects: 9, events: 9 },
      { ...own, type: 'task.created', subjects: 6, events: 6 },
      { ...own, type: 'user.created', subjects: 5, events: 5 },
    ]);
  });
});

describe('people', () => {
  it('become invited users who cannot sign in', async () => {
    await importFrom(SMALL);
    expect(
      await rows('SELECT username, email, password_hash, status, role FROM users ORDER BY email COLLATE "C"'),
    ).toEqual(
      [
        [10137, 'ghost'],
        [101, 'marin'],
        [102, 'Ola-N'],
        [103, 'keeper[bot]'],
        [104, 'tide-watch'],
      ].map(([id, username]) => ({
        ...{ username, email: `github-${id}@users.invalid`, password_hash: '!' },
        ...{ status: 'invited', role: 'user' },
      })),
    );
  });

  it('get another name where theirs is taken', async () => {
    await rows(`INSERT INTO users (username, email, password_hash)
                VALUES ('MARIN', 'm@example.org', '!'), ('tide-watch', 't@example.org', '!'),
                       ('Tide-Watch-104', 'u@example.org', '!')`);
    expect(tallyOf(await importFrom(SMALL))).toEqual(ALL_MADE);
    const names = await rows(`SELECT username FROM users WHERE email ~ '^github-10[14]@' ORDER BY email`);
    expect(names).toEqual([{ username: 'marin-101' }, { username: 'github-104' }]);
  });

  it('are those that --map-user names, then and later', async () => {
    await rows(`INSERT INTO users (username, email, password_hash) VALUES ('ada', 'ada@example.org', '!')`);
    const outcome = await importFrom(SMALL, '--map-user', 'MARIN=Ada', 'ghost=ada');
    expect(tallyOf(outcome)).toEqual({ ...ALL_MADE, people: [3, 2, 0] });
    const sent = `SELECT count(*)::int AS n FROM messages m JOIN users u ON u.id = sender_id WHERE username = 'ada'`;
    expect(await rows(sent)).toEqual([{ n: 5 }]);
    const [comment] = await small('comments');
    await put({ comments: [{ ...comment, id: 1, user: { id: 101, login: 'marin' } }] });
    expect(tallyOf(await importFrom(directory))).toMatchObject({ people: [0, 4, 0], messages: [1, 0, 0] });
    expect(await rows(sent)).toEqual([{ n: 6 }]);
  });

  it.each([
    [['--map-user', 'marin'], 2, 'takes login=username'],
    [['--map-user', 'marin=nobody'], 1, 'there is no user nobody'],
    [['--map-user', 'stranger=ada'], 1, 'nobody in these files is called stranger'],
  ])('%j is exit code %d', async (flags, code, message) => {
    await rows(`INSERT INTO users (username, email, password_hash) VALUES ('ada', 'ada@example.org', '!')`);
    const outcome = await importFrom(SMALL, ...flags);
    expect(outcome).toMatchObject({ code, stderr: expect.stringContaining(message) });
    expect(await rows('SELECT 1 FROM tasks UNION ALL SELECT 1 FROM external_references')).toEqual([]);
  });

  it('whose email another has are refused with all that is theirs', async () => {
    await rows(
      `INSERT INTO users (username, email, password_hash) VALUES ('x', 'GitHub-104@users.invalid', '!')`,
    );
    const outcome = await importFrom(SMALL);
    expect(tallyOf(outcome)).toEqual({ people: [4, 0, 1], tasks: [5, 0, 1], messages: [8, 0, 1] });
    expect(outcome.stderr).toContain('no user can be made for tide-watch');
  });
});

describe('a second run', () => {
  it('makes nothing and touches nothing', async () => {
    await importFrom(SMALL);
    const before = await rows(EVERYTHING);
    const outcome = await importFrom(SMALL);
    expect(tallyOf(outcome)).toEqual({ people: [0, 5, 0], tasks: [0, 6, 0], messages: [0, 9, 0] });
    expect(await rows(EVERYTHING)).toEqual(before);
  });

  it('makes what is new, and leaves what was changed here or there', async () => {
    const [issues, comments] = [await small('issues'), await small('comments')];
    await put({ issues: issues.slice(0, 3), comments: comments.slice(0, 4) });
    await importFrom(directory);
    await rows(`UPDATE tasks SET title = 'Ours' WHERE title = 'Follow the almanac'`);
    await put({ issues: issues.map((issue) => ({ ...issue, title: 'Theirs' })), comments });
    expect(tallyOf(await importFrom(directory))).toMatchObject({ tasks: [3, 3, 0], messages: [5, 4, 0] });
    expect(await rows('SELECT title FROM tasks ORDER BY created_at')).toEqual([
      { title: 'Light the lamp at dusk, not at six' },
      { title: 'Ours' },
      { title: 'Paint the tower green' },
      ...Array.from({ length: 3 }, () => ({ title: 'Theirs' })),
    ]);
  });

  it('does not bring back what was deleted here', async () => {
    await importFrom(SMALL);
    await rows('DELETE FROM messages');
    await rows(`UPDATE tasks SET deleted_at = now() WHERE title = 'Paint the tower green'`);
    const [, , , , , sixth] = await small('comments');
    await put({ comments: [...(await small('comments')), { ...sixth, id: 5 }] });
    expect(tallyOf(await importFrom(directory))).toEqual({
      ...{ people: [0, 5, 0], tasks: [0, 6, 0] },
      messages: [0, 10, 0],
    });
    expect(await rows('SELECT 1 FROM messages')).toEqual([]);
  });

  it('at the same time as the first makes each row once', async () => {
    await rows('BEGIN');
    await rows(`SELECT pg_advisory_xact_lock(hashtextextended('import github', 0))`);
    const running = [importFrom(SMALL), importFrom(SMALL), importFrom(SMALL)];
    const waiting = `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    while ((await rows(waiting))[0]?.['n'] !== 3) await delay(5);
    await rows('COMMIT');
    const outcomes = await Promise.all(running);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    const made = outcomes.map(tallyOf).map(({ tasks, messages }) => [tasks?.[0] ?? 0, messages?.[0] ?? 0]);
    expect(made.reduce(([a = 0, b = 0], [c = 0, d = 0]) => [a + c, b + d])).toEqual([6, 9]);
    expect(await rows('SELECT count(*)::int AS n FROM external_references')).toEqual([{ n: 20 }]);
  });
});

describe('a dry run', () => {
  it('counts the same and writes nothing', async () => {
    const outcome = await importFrom(SMALL, '--dry-run');
    expect(outcome.stdout).toContain('nothing was written');
    expect(tallyOf(outcome)).toEqual(ALL_MADE);
    expect(await rows(EVERYTHING)).toEqual([]);
    await importFrom(SMALL);
    expect(tallyOf(await importFrom(SMALL, '--dry-run'))).toMatchObject({
      tasks: [0, 6, 0],
      messages: [0, 9, 0],
    });
  });

  it('leaves the database without a schema, too', async () => {
    const empty = await createTestDatabase({ migrated: false });
    const outcome = await fuse({ DATABASE_URL: empty.url }, ['import', 'github', SMALL, '--dry-run']);
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('fuse db migrate') });
    expect(await fuse({ DATABASE_URL: empty.url }, ['import', 'github', SMALL])).toMatchObject({ code: 0 });
    await empty.drop();
  });
});

describe('a bad record', () => {
  beforeEach(async () => {
    const [issues, comments] = [await small('issues'), await small('comments')];
    await put({
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
    const outcome = await importFrom(directory);
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
    const outcome = await importFrom(directory, '--strict');
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringContaining('7 records refused.') });
    expect(await rows('SELECT count(*)::int AS n FROM tasks')).toEqual([{ n: 4 }]);
    expect(await importFrom(SMALL, '--strict')).toMatchObject({ code: 0 });
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
      await put({ [name]: content });
      const outcome = await importFrom(directory);
      expect(outcome).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(reason) });
      expect(outcome.stderr).toContain(`${name}.json`);
    }
    expect(await rows(EVERYTHING)).toEqual([]);
  });

  it('that is missing is refused', async () => {
    expect(await importFrom(directory)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such file'),
    });
    await put({});
    await rm(join(directory, 'comments.json'));
    expect(await importFrom(directory)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('comments.json'),
    });
    expect(await rows(EVERYTHING)).toEqual([]);
  });

  it('may hold several pages, one after the other, which may overlap', async () => {
    const [issues, comments] = [await small('issues'), await small('comments')];
    const pages = [issues.slice(0, 3), issues.slice(2, 5), issues.slice(5), []];
    await put({ issues: pages.map((page) => JSON.stringify(page)).join('\n'), comments });
    expect(tallyOf(await importFrom(directory))).toEqual({ ...ALL_MADE, tasks: [6, 1, 0] });
  });

  it('may hold what no text in the database can', async () => {
    const [issue] = await small('issues');
    const issues = JSON.stringify([{ ...issue, title: 'a\0b', body: 'c\ud800d' }]);
    await put({ issues, comments: [] });
    expect(tallyOf(await importFrom(directory))).toMatchObject({ tasks: [1, 0, 0] });
    expect(await rows('SELECT title, description FROM tasks')).toEqual([
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
    await put({ issues: [...issues, issues[0]], comments });
    const expected = { people: [700, 0, 0], tasks: [1200, 1, 0], messages: [1200, 0, 0] };
    expect(tallyOf(await importFrom(directory, '--dry-run'))).toEqual(expected);
    expect(tallyOf(await importFrom(directory))).toEqual(expected);
    const right = `SELECT count(*)::int AS n FROM messages m JOIN external_references c ON c.subject_id = m.id
       JOIN external_references i ON i.subject_id = m.task_id WHERE c.external_id::int + i.external_id::int = 1201`;
    expect(await rows(right)).toEqual([{ n: 1200 }]);
  });
});

it('shows on a terminal how far it is', async () => {
  const env = { DATABASE_URL: database.url };
  const outcome = await fuse(env, ['import', 'github', SMALL], '', { isTTY: true });
  expect(outcome.stderr).toMatch(/Checking {2}\[.*\] 100 %/);
  expect(outcome.stderr).toMatch(/Importing \[.*\] 100 %/);
});

const itWithAnts = onlyWhere(existsSync(ANTS), 'no real data beside the project');

itWithAnts('a real repository goes in once', async () => {
  const first = await importFrom(ANTS);
  expect([first.stderr, tallyOf(first)]).toEqual([
    '',
    { people: [34, 0, 0], tasks: [41, 0, 0], messages: [94, 0, 0] },
  ]);
  expect(tallyOf(await importFrom(ANTS))).toEqual({
    people: [0, 34, 0],
    tasks: [0, 41, 0],
    messages: [0, 94, 0],
  });
  const source = JSON.parse(await readFile(join(ANTS, 'issues.json'), 'utf8')) as JsonRecord[];
  const times = `SELECT to_char(t.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
      to_char(completed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS closed_at, title
    FROM tasks t JOIN external_references r ON r.subject_id = t.id ORDER BY external_id::bigint`;
  const wanted = source.toSorted((a, b) => Number(a['id']) - Number(b['id']));
  expect(await rows(times)).toEqual(
    wanted.map(({ created_at, closed_at, title }) => ({ created_at, closed_at, title })),
  );
});
