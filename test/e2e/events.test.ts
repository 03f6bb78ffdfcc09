import { EVENT_TYPE_NAMES, EVENT_TYPES } from '../../apps/api/src/events/event-types';
import { EventRelay } from '../../apps/api/src/events/event.relay';
import { recordEvent } from '../../apps/api/src/events/outbox';
import { TestApp, type TestUser } from '../support/app';
import type { TestClient } from '../support/client';
import { withConnection } from '../support/connection';
import { cursor, eventsOf, follow } from '../support/events';

describe('GET /events', () => {
  let app: TestApp;
  let admin: TestUser;
  let user: TestUser;
  let client: TestClient;

  beforeEach(async () => {
    app = await TestApp.start({ DATABASE_POOL_SIZE: '30' });
    admin = await app.newUser({ role: 'admin' });
    user = await app.newUser();
    client = app.as(user);
  });
  afterEach(() => app.close());

  const newTask = async (by: TestUser = user): Promise<string> => {
    const made = await app.as(by).post('/tasks', { title: 'one' });
    return String(made.body.id);
  };

  it('tells who did what in which request, at once after the answer', async () => {
    const made = await client.post('/tasks', { title: 'one' }, { 'x-request-id': 'request-1' });
    await client.patch(`/tasks/${made.body.id}`, { status: 'completed' }, { 'x-request-id': 'request-2' });
    const page = await client.get(`/events?subjectId=${made.body.id}`);
    const common = { subject: { type: 'task', id: made.body.id }, actorId: user.id };
    expect(page.body).toEqual({
      items: [
        expect.objectContaining({ ...common, type: 'task.created', data: {}, requestId: 'request-1' }),
        expect.objectContaining({
          ...common,
          type: 'task.updated',
          data: { changed: ['status'] },
          requestId: 'request-2',
        }),
      ],
      nextCursor: null,
      resumeCursor: expect.any(String) as string,
    });
  });

  it('writes ids and positions beyond 2^53 as exact integers', async () => {
    await app.get(EventRelay).catchUp();
    await withConnection(app.databaseUrl, async (connection) => {
      await connection.query(`ALTER TABLE events ALTER COLUMN id RESTART WITH 9007199254740993`);
      await connection.query(`SELECT setval('events_position_seq', 9007199254740994)`);
    });
    const id = await newTask();
    const page = await client.get(`/events?subjectId=${id}`);
    expect(page.text).toContain('"id" : 9007199254740993');
    expect(page.text).toContain('"position" : 9007199254740995');
    await newTask();
    const rest = await client.get(`/events?type=task.created`);
    expect(eventsOf(rest)).toHaveLength(2);
    const next = await client.get(`/events?subjectId=${id}&${cursor(page)}`);
    expect(eventsOf(next)).toEqual([]);
  });

  it('pages from the oldest on, and goes on from the last page when more has happened', async () => {
    for (let i = 0; i < 5; i++) await newTask();
    const first = await client.get('/events?type=task.created&limit=2');
    expect(first.headers.get('link')).toMatch(/rel="next"$/);
    const [seen, last] = await follow(client, 'type=task.created&limit=2', first);
    expect(seen).toHaveLength(5);
    expect(seen.map(({ position }) => position)).toEqual(
      seen.map(({ position }) => position).toSorted((a, b) => a - b),
    );
    const empty = await client.get(`/events?type=task.created&limit=2&${cursor(last)}`);
    expect(eventsOf(empty)).toEqual([]);
    const id = await newTask();
    const more = await client.get(`/events?type=task.created&limit=2&${cursor(empty)}`);
    expect(eventsOf(more).map(({ subject }) => subject.id)).toEqual([id]);
  });

  it('filters by type, subject, actor and time', async () => {
    const [mine, theirs] = [await newTask(), await newTask(admin)];
    await client.delete(`/tasks/${mine}`);
    const subjects = async (query: string) =>
      eventsOf(await client.get(`/events?${query}`)).map(({ type, subject }) => `${type} ${subject.id}`);
    const [made, madeByAdmin, deleted] = [
      `task.created ${mine}`,
      `task.created ${theirs}`,
      `task.deleted ${mine}`,
    ];
    expect(await subjects('subjectType=task')).toEqual([made, madeByAdmin, deleted]);
    expect(await subjects('type=task.created,task.deleted&actorId=me')).toEqual([made, deleted]);
    expect(await subjects(`type=task.created&actorId=${admin.id}`)).toEqual([madeByAdmin]);
    expect(await subjects(`subjectId=${theirs}&subjectId=${mine}&type=task.created`)).toEqual([
      made,
      madeByAdmin,
    ]);
    expect(await subjects('subjectType=task&since=9999-01-01T00:00:00Z')).toEqual([]);
    expect(await subjects('subjectType=task&since=2000-01-01T00:00:00Z')).toHaveLength(3);
  });

  it('refuses a cursor of other filters, and what is no cursor', async () => {
    const page = await client.get('/events?type=task.created');
    const tasks = await client.get('/tasks?limit=1');
    for (const query of [
      cursor(page),
      `type=task.deleted&${cursor(page)}`,
      'cursor=garbage',
      `cursor=${tasks.body.nextCursor}`,
    ]) {
      const answer = await client.get(`/events?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_cursor']);
    }
  });

  it.each([
    ['a position that is a number', /"(\d+)"/, '$1'],
    ['a position that is none', /"(\d+)"/, '"0$1"'],
    ['an epoch that is none', /,".*"/, ',"x"'],
    ['more than it carries', /\]$/, ',"x"]'],
  ])('refuses a cursor with %s', async (_what, carried, forged) => {
    const { body } = await client.get('/events');
    const made = Buffer.from(`${body.resumeCursor}`, 'base64url').toString();
    expect(made).toMatch(carried);
    const resumed = Buffer.from(made.replace(carried, forged)).toString('base64url');
    const answer = await client.get(`/events?cursor=${resumed}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_cursor']);
  });

  it('shows sign-ins to admins alone', async () => {
    await app.anonymous.post('/auth/login', { login: user.username, password: user.password });
    const types = async (by: TestUser, query = '') => {
      const answer = await app.as(by).get(`/events?limit=100${query}`);
      return eventsOf(answer).map(({ type }) => type);
    };
    expect(await types(admin)).toContain('session.created');
    expect(await types(user)).not.toContain('session.created');
    expect(await types(user)).toContain('user.created');
    expect(await types(user, '&type=session.created')).toEqual([]);
  });

  it('hides every type that is for admins from everybody else', async () => {
    for (const type of EVENT_TYPE_NAMES) {
      await app.database.transaction((tx) =>
        recordEvent(tx, { type, subject: user.id, actor: null, requestId: 'each' }),
      );
    }
    const viewer = await app.newUser({ role: 'viewer' });
    const [seen] = await follow(app.as(viewer), 'limit=100', await app.as(viewer).get('/events?limit=100'));
    const shown = new Set(seen.map(({ type }) => type));
    const team = EVENT_TYPE_NAMES.filter((type) => EVENT_TYPES[type].audience === 'team');
    expect([...shown].toSorted()).toEqual(team.toSorted());
    const toAdmin = await app.as(admin).get('/events?limit=100');
    expect(new Set(eventsOf(toAdmin).map(({ type }) => type))).toEqual(new Set(EVENT_TYPE_NAMES));
  });
});
