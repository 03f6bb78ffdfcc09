import { setTimeout as delay } from 'node:timers/promises';
import { createTestDatabase } from '@app/database';
import { fuse, SMALL } from './fuse';
import { ALL_MADE, githubWorld, type GithubWorld, small } from './github-world';
import { EVERYTHING, tallyOf } from './import-world';

let world: GithubWorld;

beforeEach(async () => {
  world = await githubWorld();
});
afterEach(() => world.remove());

describe('a second run', () => {
  it('makes nothing and touches nothing', async () => {
    await world.importFrom(SMALL);
    const before = await world.rows(EVERYTHING);
    const outcome = await world.importFrom(SMALL);
    expect(tallyOf(outcome)).toEqual({ people: [0, 5, 0], tasks: [0, 6, 0], messages: [0, 9, 0] });
    expect(await world.rows(EVERYTHING)).toEqual(before);
  });

  it('makes what is new, and leaves what was changed here or there', async () => {
    const [issues, comments] = [await small('issues'), await small('comments')];
    await world.put({ issues: issues.slice(0, 3), comments: comments.slice(0, 4) });
    await world.importFrom(world.directory);
    await world.rows(`UPDATE tasks SET title = 'Ours' WHERE title = 'Follow the almanac'`);
    await world.put({ issues: issues.map((issue) => ({ ...issue, title: 'Theirs' })), comments });
    expect(tallyOf(await world.importFrom(world.directory))).toMatchObject({
      tasks: [3, 3, 0],
      messages: [5, 4, 0],
    });
    expect(await world.rows('SELECT title FROM tasks ORDER BY created_at')).toEqual([
      { title: 'Light the lamp at dusk, not at six' },
      { title: 'Ours' },
      { title: 'Paint the tower green' },
      ...Array.from({ length: 3 }, () => ({ title: 'Theirs' })),
    ]);
  });

  it('does not bring back what was deleted here', async () => {
    await world.importFrom(SMALL);
    await world.rows('DELETE FROM messages');
    await world.rows(`UPDATE tasks SET deleted_at = now() WHERE title = 'Paint the tower green'`);
    const [, , , , , sixth] = await small('comments');
    await world.put({ comments: [...(await small('comments')), { ...sixth, id: 5 }] });
    expect(tallyOf(await world.importFrom(world.directory))).toEqual({
      ...{ people: [0, 5, 0], tasks: [0, 6, 0] },
      messages: [0, 10, 0],
    });
    expect(await world.rows('SELECT 1 FROM messages')).toEqual([]);
  });

  it('at the same time as the first makes each row once', async () => {
    await world.rows('BEGIN');
    await world.rows(`SELECT pg_advisory_xact_lock(hashtextextended('import github', 0))`);
    const running = [world.importFrom(SMALL), world.importFrom(SMALL), world.importFrom(SMALL)];
    const waiting = `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    while ((await world.rows(waiting))[0]?.['n'] !== 3) await delay(5);
    await world.rows('COMMIT');
    const outcomes = await Promise.all(running);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    const made = outcomes.map(tallyOf).map(({ tasks, messages }) => [tasks?.[0] ?? 0, messages?.[0] ?? 0]);
    expect(made.reduce(([a = 0, b = 0], [c = 0, d = 0]) => [a + c, b + d])).toEqual([6, 9]);
    expect(await world.rows('SELECT count(*)::int AS n FROM external_references')).toEqual([{ n: 20 }]);
  });
});

describe('a dry run', () => {
  it('counts the same and writes nothing', async () => {
    const outcome = await world.importFrom(SMALL, '--dry-run');
    expect(outcome.stdout).toContain('nothing was written');
    expect(tallyOf(outcome)).toEqual(ALL_MADE);
    expect(await world.rows(EVERYTHING)).toEqual([]);
    await world.importFrom(SMALL);
    expect(tallyOf(await world.importFrom(SMALL, '--dry-run'))).toMatchObject({
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
