import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Client } from 'pg';
import { statement } from '@app/database';
import { itemsOf } from '../support/client';
import { TestApp, type TestUser } from '../support/app';
import { until } from '../support/until';

const TITLES = ['plain', 'a "quoted", one', '=1+1', '+1', '-1', '@x', '\tx', 'two\r\nlines', 'zoë 🚀', "'=1"];
const MANY = statement(`
  INSERT INTO tasks (title, description, status, created_by, created_at)
  SELECT 'Task ' || i, repeat('x', 2000), 'cancelled', $1::uuid, timestamptz '2020-01-01Z' + i * interval '1 second'
  FROM generate_series(1, 20000) i`);

/** Reads CSV as RFC 4180 has it; a value without quotes that is empty is null. */
function parseCsv(text: string): (string | null)[][] {
  const lines: (string | null)[][] = [];
  const cell = /("((?:[^"]|"")*)"|[^,\r\n]*)(,|\r\n)/y;
  let line: (string | null)[] = [];
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    line.push(match[2]?.replaceAll('""', '"') ?? (match[1] || null));
    if (match[3] === ',') continue;
    lines.push(line);
    line = [];
  }
  return lines;
}

describe('GET /tasks/export', () => {
  let app: TestApp;
  let user: TestUser;
  let observer: Client;

  beforeAll(async () => {
    app = await TestApp.start({ EXPORTS_AT_ONCE: '1' });
    user = await app.newUser();
    for (const title of TITLES) await app.as(user).post('/tasks', { title, description: '' });
    await app
      .as(user)
      .post('/tasks', { title: 'done', status: 'completed', dueDate: '2026-01-01T00:00:00.000001Z' });
    await app.database.query(MANY, [user.id]);
    observer = new Client(app.databaseUrl);
    await observer.connect();
  });
  afterAll(async () => {
    await observer.end();
    await app.close();
  });

  /** How many connections have an export open. */
  const readers = async () => {
    const { rows } = await observer.query<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'
         AND pid <> pg_backend_pid() AND (query LIKE 'FETCH%' OR query LIKE 'DECLARE%')`,
    );
    return rows[0]?.count;
  };

  /** An export whose answer has begun, and of which no more is read. */
  async function begin(url = app.url): Promise<IncomingMessage> {
    const headers = { authorization: `Bearer ${user.accessToken}` };
    const request = get(`${url}/api/v1/tasks/export`, { headers, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  }

  it('answers the list as CSV, field by field', async () => {
    const answer = await app.as(user).get('/tasks/export?format=csv&status=pending,completed');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="tasks.csv"');
    const [head = [], ...lines] = parseCsv(answer.text);
    const listed = itemsOf(await app.as(user).get('/tasks?status=pending,completed&limit=100'));
    expect(head).toEqual(Object.keys(listed[0] ?? {}));
    const guarded = (value: unknown) =>
      typeof value === 'string' && /^[-=+@\t\r]/.test(value) ? `'${value}` : value;
    const expected = listed.map((item) =>
      Object.values(item).map((value: unknown) =>
        typeof value === 'number' ? String(value) : guarded(value),
      ),
    );
    expect(lines).toEqual(expected);
    expect(lines.map(([, title]) => title)).toEqual(
      expect.arrayContaining([`'=1+1`, `'\tx`, 'two\r\nlines']),
    );
  });

  it('answers the list as one JSON array, in the order asked for', async () => {
    const query = 'status=pending&sort=title';
    const answer = await app.as(user).get(`/tasks/export?format=json&${query}`);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual((await app.as(user).get(`/tasks?limit=100&${query}`)).body.items);
    expect((await app.as(user).get('/tasks/export?format=json&q=nothingofthekind')).body).toEqual([]);
  });

  it('answers every task once when there are many', async () => {
    const answer = await app.as(user).get('/tasks/export');
    const ids = parseCsv(answer.text).map(([id]) => id);
    expect(new Set(ids).size).toBe(20_000 + TITLES.length + 1 + 1);
    expect(ids).toHaveLength(20_000 + TITLES.length + 1 + 1);
  });

  it('filters by text without ranking, which judges the newest alone', async () => {
    const answer = await app.as(user).get('/tasks/export?format=json&q=task&status=cancelled');
    expect(answer.body).toHaveLength(20_000);
  });

  it('has one consistent moment, and ends the query when its reader goes away', async () => {
    const response = await begin();
    expect(await readers()).toBe(1);
    response.destroy();
    await until(async () => (await readers()) === 0);
    expect((await app.as(user).get('/tasks/export?status=pending')).status).toBe(200);
  });

  it('shows nothing of what is written while it is under way', async () => {
    const response = await begin();
    const late = await app.as(user).post('/tasks', { title: 'late', status: 'cancelled' });
    await app.database.query(statement(`UPDATE tasks SET priority = 4 WHERE status = 'cancelled'`));
    const text = (await response.toArray()).join('');
    expect(text).not.toContain(late.body.id);
    expect(text).not.toContain('"cancelled",4');
    await app.as(user).delete(`/tasks/${late.body.id}`);
  });

  it('lets as many run at once as are set, and says when to try again', async () => {
    const response = await begin();
    const refused = await app.as(user).get('/tasks/export');
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    response.destroy();
    await until(async () => (await app.as(user).get('/tasks/export?status=pending')).status === 200);
  });

  it('does not keep a process from ending', async () => {
    const other = await TestApp.start({}, { shared: app.databaseUrl });
    const response = await begin(other.url);
    const cut = once(response, 'error');
    response.resume().pause();
    await other.close();
    response.resume();
    expect(await cut).toEqual([expect.objectContaining({ message: 'aborted' })]);
  });

  it('answers HEAD without reading', async () => {
    const answer = await app.as(user).send('HEAD', '/tasks/export');
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers.get('content-type')).toContain('text/csv');
    expect(await readers()).toBe(0);
  });

  it('refuses what the list refuses', async () => {
    for (const query of ['format=xml', 'limit=5', 'cursor=x', 'sort=description', 'status=x'])
      expect([query, (await app.as(user).get(`/tasks/export?${query}`)).status]).toEqual([query, 400]);
  });
});
