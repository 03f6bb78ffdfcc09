import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onlyWhere } from '../support/only-where';
import type { Row } from './command-world';
import { ANTS, SMALL } from './fuse';
import { ALL_MADE, githubWorld, type GithubWorld, small } from './github-world';
import { tallyOf } from './import-world';

let world: GithubWorld;

beforeEach(async () => {
  world = await githubWorld();
});
afterEach(() => world.remove());

describe('the records', () => {
  it('become tasks with their states, people and times', async () => {
    const outcome = await world.importFrom(SMALL);
    expect([outcome.code, outcome.stderr, tallyOf(outcome)]).toEqual([0, '', ALL_MADE]);
    const tasks = await world.rows(`
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
    await world.importFrom(SMALL);
    const [first, , , long] = await small('issues');
    expect(await world.rows('SELECT description FROM tasks WHERE title = $1', [first?.['title']])).toEqual([
      { description: first?.['body'] },
    ]);
    expect(await world.rows('SELECT title, description FROM tasks WHERE char_length(title) = 255')).toEqual([
      {
        title: `${String(long?.['title']).slice(0, 254)}…`,
        description: `${String(long?.['title'])}\n\n${String(long?.['body'])}`,
      },
    ]);
  });

  it('become messages with their authors and times', async () => {
    await world.importFrom(SMALL);
    const messages = await world.rows(`
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
    await world.importFrom(SMALL);
    const events = await world.rows(`
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

it('shows on a terminal how far it is', async () => {
  const outcome = await world.fuse(['import', 'github', SMALL], '', { isTTY: true });
  expect(outcome.stderr).toMatch(/Checking {2}\[.*\] 100 %/);
  expect(outcome.stderr).toMatch(/Importing \[.*\] 100 %/);
});

const itWithAnts = onlyWhere(existsSync(ANTS), 'no real data beside the project');

itWithAnts('a real repository goes in once', async () => {
  const first = await world.importFrom(ANTS);
  expect([first.stderr, tallyOf(first)]).toEqual([
    '',
    { people: [34, 0, 0], tasks: [41, 0, 0], messages: [94, 0, 0] },
  ]);
  expect(tallyOf(await world.importFrom(ANTS))).toEqual({
    people: [0, 34, 0],
    tasks: [0, 41, 0],
    messages: [0, 94, 0],
  });
  const source = JSON.parse(await readFile(join(ANTS, 'issues.json'), 'utf8')) as Row[];
  const times = `SELECT to_char(t.created_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created_at,
      to_char(completed_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS closed_at, title
    FROM tasks t JOIN external_references r ON r.subject_id = t.id ORDER BY external_id::bigint`;
  const wanted = source.toSorted((a, b) => Number(a['id']) - Number(b['id']));
  expect(await world.rows(times)).toEqual(
    wanted.map(({ created_at, closed_at, title }) => ({ created_at, closed_at, title })),
  );
});
