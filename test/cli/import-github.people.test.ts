import { SMALL } from './fuse';
import { ALL_MADE, githubWorld, type GithubWorld, small } from './github-world';
import { tallyOf } from './import-world';

let world: GithubWorld;

beforeEach(async () => {
  world = await githubWorld();
});
afterEach(() => world.remove());

describe('people', () => {
  it('become invited users who cannot sign in', async () => {
    await world.importFrom(SMALL);
    expect(
      await world.rows(
        'SELECT username, email, password_hash, status, role FROM users ORDER BY email COLLATE "C"',
      ),
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
    await world.rows(`INSERT INTO users (username, email, password_hash)
                VALUES ('MARIN', 'm@example.org', '!'), ('tide-watch', 't@example.org', '!'),
                       ('Tide-Watch-104', 'u@example.org', '!')`);
    expect(tallyOf(await world.importFrom(SMALL))).toEqual(ALL_MADE);
    const names = await world.rows(
      `SELECT username FROM users WHERE email ~ '^github-10[14]@' ORDER BY email`,
    );
    expect(names).toEqual([{ username: 'marin-101' }, { username: 'github-104' }]);
  });

  it('are those that --map-user names, then and later', async () => {
    await world.rows(
      `INSERT INTO users (username, email, password_hash) VALUES ('ada', 'ada@example.org', '!')`,
    );
    const outcome = await world.importFrom(SMALL, '--map-user', 'MARIN=Ada', 'ghost=ada');
    expect(tallyOf(outcome)).toEqual({ ...ALL_MADE, people: [3, 2, 0] });
    const sent = `SELECT count(*)::int AS n FROM messages m JOIN users u ON u.id = sender_id WHERE username = 'ada'`;
    expect(await world.rows(sent)).toEqual([{ n: 5 }]);
    const [comment] = await small('comments');
    await world.put({ comments: [{ ...comment, id: 1, user: { id: 101, login: 'marin' } }] });
    expect(tallyOf(await world.importFrom(world.directory))).toMatchObject({
      people: [0, 4, 0],
      messages: [1, 0, 0],
    });
    expect(await world.rows(sent)).toEqual([{ n: 6 }]);
  });

  it.each([
    [['--map-user', 'marin'], 2, 'takes login=username'],
    [['--map-user', 'marin=nobody'], 1, 'there is no user nobody'],
    [['--map-user', 'stranger=ada'], 1, 'nobody in these files is called stranger'],
  ])('%j is exit code %d', async (flags, code, message) => {
    await world.rows(
      `INSERT INTO users (username, email, password_hash) VALUES ('ada', 'ada@example.org', '!')`,
    );
    const outcome = await world.importFrom(SMALL, ...flags);
    expect(outcome).toMatchObject({ code, stderr: expect.stringContaining(message) });
    expect(await world.rows('SELECT 1 FROM tasks UNION ALL SELECT 1 FROM external_references')).toEqual([]);
  });

  it('whose email another has are refused with all that is theirs', async () => {
    await world.rows(
      `INSERT INTO users (username, email, password_hash) VALUES ('x', 'GitHub-104@users.invalid', '!')`,
    );
    const outcome = await world.importFrom(SMALL);
    expect(tallyOf(outcome)).toEqual({ people: [4, 0, 1], tasks: [5, 0, 1], messages: [8, 0, 1] });
    expect(outcome.stderr).toContain('no user can be made for tide-watch');
  });
});
