import { TestApp } from '../support/app';
import type { TestClient } from '../support/client';
import { rowsOf } from '../support/connection';
import { cursor, eventsOf, follow } from '../support/events';

describe('GET /events with a cursor', () => {
  let app: TestApp;
  let client: TestClient;

  beforeEach(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterEach(() => app.close());

  const newTask = async () => String((await client.post('/tasks', { title: 'one' })).body.id);

  it('answers 410 to a cursor that retention has passed', async () => {
    await newTask();
    const start = await client.get('/events?limit=1');
    await newTask();
    const [, head] = await follow(client, 'limit=1', start);
    await rowsOf(app.databaseUrl, 'DELETE FROM events WHERE position < (SELECT max(position) FROM events)');
    const expired = await client.get(`/events?limit=1&${cursor(start)}`);
    expect([expired.status, expired.body.code]).toEqual([410, 'cursor_expired']);
    expect((await client.get(`/events?limit=1&${cursor(head)}`)).status).toBe(200);
    expect(eventsOf(await client.get('/events'))).toHaveLength(1);
  });

  it('keeps a cursor whose own event was the last to be removed', async () => {
    const [, before] = await follow(client, '', await client.get('/events'));
    const id = await newTask();
    await client.get('/events');
    await rowsOf(app.databaseUrl, 'DELETE FROM events WHERE position < (SELECT max(position) FROM events)');
    const after = await client.get(`/events?${cursor(before)}`);
    expect(eventsOf(after).map(({ subject }) => subject.id)).toEqual([id]);
  });

  it('answers 410 to a cursor from before a restore', async () => {
    await newTask();
    const [, head] = await follow(client, '', await client.get('/events'));
    await rowsOf(app.databaseUrl, 'DELETE FROM events WHERE position = (SELECT max(position) FROM events)');
    expect((await client.get(`/events?${cursor(head)}`)).status).toBe(410);
  });
});
