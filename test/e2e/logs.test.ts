import { TestApp, type TestUser } from '../support/app';

describe('the log', () => {
  const lines: string[] = [];
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({}, { log: (line) => lines.push(line) });
    user = await app.newUser();
  });
  afterAll(() => app.close());

  const linesOf = (requestId: string | null) =>
    lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['requestId'] === requestId);

  it('has one line for each request, with its id', async () => {
    const { headers } = await app.as(user).get('/tasks?q=secret');
    const [line, ...more] = linesOf(headers.get('x-request-id'));
    expect(more).toEqual([]);
    expect(line).toMatchObject({ msg: 'request', method: 'GET', path: '/api/v1/tasks', user: user.id });
  });

  it('has the id of the request in what is logged on its way, also after a body was read', async () => {
    await app.database.query({ text: 'ALTER TABLE tasks RENAME TO tasks_elsewhere' });
    const [read, written] = await Promise.all([
      app.as(user).get('/tasks'),
      app.as(user).post('/tasks', { title: 'Paint it' }),
    ]);
    await app.database.query({ text: 'ALTER TABLE tasks_elsewhere RENAME TO tasks' });
    expect([read.status, written.status]).toEqual([500, 500]);
    for (const { headers } of [read, written]) {
      const levels = linesOf(headers.get('x-request-id')).map(({ level }) => level);
      expect(levels.toSorted()).toEqual([30, 50]);
    }
  });

  it('has the id of the trace that a caller names', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { headers } = await app.as(user).get('/tasks', { traceparent });
    const [line] = linesOf(headers.get('x-request-id'));
    expect(line).toMatchObject({ trace_id: '0af7651916cd43dd8448eb211c80319c' });
    const broken = await app.as(user).get('/tasks', { traceparent: '00-xyz' });
    expect(linesOf(broken.headers.get('x-request-id'))[0]).not.toHaveProperty('trace_id');
  });
});
