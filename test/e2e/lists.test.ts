import { statement } from '@app/database';
import { type Answer, itemsOf } from '../support/client';
import { TestApp, type TestUser } from '../support/app';

/** Ties on every sort key, and missing due dates, so that only the id settles the order. */
const SEED = statement(`
  INSERT INTO tasks (title, status, priority, created_by, assigned_to, created_at, due_date)
  SELECT 'Title ' || (i % 7), (ARRAY['pending','blocked','completed'])[1 + i % 3], i % 5, $1::uuid,
         CASE WHEN i % 4 = 0 THEN $1::uuid END, timestamptz '2026-01-01Z' + (i / 10) * interval '1 microsecond',
         CASE WHEN i % 3 <> 0 THEN timestamptz '2026-02-01Z' + (i % 6) * interval '1 day' END
  FROM generate_series(1, 100) i`);

describe('lists', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
    await app.database.query(SEED, [user.id]);
  });
  afterAll(() => app.close());

  const list = (query: string) => app.as(user).get(`/tasks?${query}`);

  async function walk(query: string): Promise<string[]> {
    const ids: string[] = [];
    let cursor = '';
    for (;;) {
      const page: Answer = await list(`${query}&limit=7${cursor}`);
      expect(page.status).toBe(200);
      ids.push(...itemsOf(page).map((item) => item.id as string));
      if (page.body.nextCursor === null) return ids;
      cursor = `&cursor=${page.body.nextCursor}`;
    }
  }

  const keys = ['createdAt', 'updatedAt', 'priority', 'dueDate', 'completedAt', 'title'];
  const sorts = keys.flatMap((key) => [key, `-${key}`, `${key},-title`, `-${key},dueDate`]);
  const valid = sorts.filter(
    (sort) => new Set(sort.split(',').map((key) => key.replace('-', ''))).size === sort.split(',').length,
  );

  it.each(valid)('walks every item once, in one order, by %s', async (sort) => {
    const ids = await walk(`sort=${sort}`);
    expect(new Set(ids).size).toBe(100);
    const whole = itemsOf(await list(`sort=${sort}&limit=100`)).map((item) => item.id);
    expect(ids).toEqual(whole);
  });

  it.each(['dueDate', '-dueDate'])('puts missing values last by %s', async (sort) => {
    const dates = itemsOf(await list(`sort=${sort}&limit=100`)).map((item) => item.dueDate as string | null);
    const present = dates.filter((date) => date !== null);
    expect(dates.slice(present.length).every((date) => date === null)).toBe(true);
    expect(present).toEqual(sort.startsWith('-') ? present.toSorted().toReversed() : present.toSorted());
  });

  it('says where the next page is in Link too', async () => {
    const page = await list('limit=5&status=pending');
    const link = page.headers.get('link') ?? '';
    const next = /^<(\/api\/v1[^>]+)>; rel="next"$/.exec(link)?.[1] ?? '';
    const byLink = await app.as(user).get(next.replace('/api/v1', ''));
    const byCursor = await list(`limit=5&status=pending&cursor=${page.body.nextCursor}`);
    expect(byLink.text).toBe(byCursor.text);
    expect(itemsOf(byLink)).toHaveLength(5);
    expect((await list('limit=100')).headers.get('link')).toBeNull();
  });

  it('takes any of several values, repeated or joined by commas', async () => {
    const joined = await list('status=pending,blocked&limit=100&count=exact');
    const repeated = await list('status=pending&status=blocked&limit=100&count=exact');
    expect(joined.text).toBe(repeated.text);
    expect(joined.body.total).toBe(67);
    expect((await list('limit=1')).body).not.toHaveProperty('total');
  });

  it('filters by people, me and none among them', async () => {
    const count = async (query: string) => (await list(`${query}&count=exact&limit=1`)).body.total;
    expect(await count('assignedTo=me')).toBe(25);
    expect(await count('assignedTo=none')).toBe(75);
    expect(await count('assignedTo=me,none')).toBe(100);
    expect(await count(`createdBy=${user.id}`)).toBe(100);
    expect(await count('createdBy=00000000-0000-4000-8000-000000000000')).toBe(0);
  });

  it('includes the moment of Since and After, and excludes that of Before', async () => {
    const count = async (query: string) =>
      (await list(`${query}&count=exact&limit=1`)).body.total as unknown as number;
    const day = '2026-02-03T00:00:00Z';
    const at = (await count('dueAfter=2026-02-03T00:00:00Z')) + (await count(`dueBefore=${day}`));
    expect(at).toBe(67);
    expect(await count('createdSince=2026-01-01T00:00:00.000005Z')).toBe(51);
    expect(await count('overdue=true')).toBeGreaterThan(0);
    expect((await count('overdue=true')) + (await count('overdue=false'))).toBe(100);
    expect(await count('priorityMin=3&priorityMax=3')).toBe(await count('priority=3'));
  });

  it('binds a cursor to its list, sort and filters', async () => {
    const cursor = (await list('limit=5&sort=title&status=pending')).body.nextCursor;
    for (const query of [
      'sort=-title&status=pending',
      'sort=title',
      'sort=title&status=blocked',
      'status=pending',
    ]) {
      const refused = await list(`${query}&cursor=${cursor}`);
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_cursor']);
      expect(refused.body.errors).toMatchObject([{ in: 'query', pointer: '#/cursor' }]);
    }
  });

  it('refuses cursors that were not made here', async () => {
    const good = Buffer.from(
      String((await list('limit=5&sort=createdAt')).body.nextCursor),
      'base64url',
    ).toString();
    const print = good.slice(0, 12);
    const forged = [
      '[]',
      '["x","y"]',
      '[1,2]',
      '["2026-01-01T00:00:00+00:00","x"]',
      '{"a":1}',
      '[',
      `["'); --", null]`,
    ];
    for (const text of [...forged.map((keys) => print + keys), 'garbage']) {
      const cursor = Buffer.from(text).toString('base64url');
      expect((await list(`sort=createdAt&cursor=${cursor}`)).body.code).toBe('invalid_cursor');
    }
  });

  it.each([
    ['title', String.raw`["a\u0000b","00000000-0000-4000-8000-000000000000"]`],
    ['priority', '[99999999999,"00000000-0000-4000-8000-000000000000"]'],
    ['dueDate', '["someday","00000000-0000-4000-8000-000000000000"]'],
    ['dueDate', '["now","00000000-0000-4000-8000-000000000000"]'],
    ['title', '[7,"00000000-0000-4000-8000-000000000000"]'],
    ['dueDate', '[["infinity"],"00000000-0000-4000-8000-000000000000"]'],
    ['dueDate', '[null,"00000000-0000-4000-8000-000000000000"]'],
  ])('refuses a cursor by %s whose values are none of the column: %s', async (sort, keys) => {
    const made = String((await list(`limit=5&sort=${sort}`)).body.nextCursor);
    const print = Buffer.from(made, 'base64url').toString().slice(0, 12);
    const cursor = Buffer.from(print + keys).toString('base64url');
    const refused = await list(`sort=${sort}&cursor=${cursor}`);
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_cursor']);
  });

  it.each([
    ['limit=0', 'limit', 'out_of_range'],
    ['limit=101', 'limit', 'out_of_range'],
    ['limit=0x10', 'limit', 'wrong_type'],
    ['limit=1&limit=2', 'limit', 'wrong_type'],
    ['limit=', 'limit', 'wrong_type'],
    ['overdue=1', 'overdue', 'wrong_type'],
    ['status=done', 'status', 'not_allowed'],
    ['status=', 'status', 'not_allowed'],
    ['priority=1,9', 'priority', 'not_allowed'],
    ['assignedTo=you', 'assignedTo', 'not_allowed'],
    ['dueAfter=2026-02-30T00:00:00Z', 'dueAfter', 'invalid_timestamp'],
    ['sort=password', 'sort', 'invalid_sort'],
    ['sort=title,-title', 'sort', 'invalid_sort'],
    ['sort=title,priority,dueDate', 'sort', 'invalid_sort'],
    ['count=yes', 'count', 'not_allowed'],
    ['unknown=1', 'unknown', 'unknown_field'],
    ['constructor=1', 'constructor', 'unknown_field'],
    ['toString=1', 'toString', 'unknown_field'],
    ['__proto__=1', '__proto__', 'unknown_field'],
  ])('refuses ?%s and names the parameter', async (query, parameter, code) => {
    const refused = await list(query);
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toMatchObject([{ in: 'query', pointer: `#/${parameter}`, code }]);
  });
});
