import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { type Answer, itemsOf } from '../support/client';
import { upload } from '../support/uploads';

const DELETED_AGO = statement(`UPDATE tasks SET deleted_at = now() - $2::interval WHERE id = $1`);

describe('a deleted task', () => {
  let app: TestApp;
  let creator: TestUser;
  let assignee: TestUser;
  let admin: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({ TRASH_RETENTION_DAYS: '7' });
    [creator, assignee, admin] = [
      await app.newUser(),
      await app.newUser(),
      await app.newUser({ role: 'admin' }),
    ];
  });
  afterAll(() => app.close());

  const made = async (answer: Promise<Answer>) => {
    const { status, body } = await answer;
    expect(status).toBe(201);
    return String(body.id);
  };
  const newTask = () => made(app.as(creator).post('/tasks', { title: 'kept', assignedTo: assignee.id }));
  const deleted = async () => {
    const id = await newTask();
    expect((await app.as(creator).delete(`/tasks/${id}`)).status).toBe(204);
    return id;
  };
  const restore = (id: string, by = creator, headers = {}) =>
    app.as(by).post(`/tasks/${id}/restore`, undefined, headers);
  const about = (id: string) => (event: Record<string, unknown>) =>
    (event['subject'] as { id: string }).id === id;
  const notFound = expect.objectContaining({
    status: 404,
    body: expect.objectContaining({ code: 'task_not_found' }),
  });

  it('comes back as it was, with its messages, attachments and links, and is told', async () => {
    const client = app.as(creator);
    const id = await newTask();
    const featureId = await made(client.post('/features', { name: 'f', description: 'd' }));
    await client.put(`/features/${featureId}/tasks/${id}`);
    const messageId = await made(client.post('/messages', { content: 'said', taskId: id }));
    const files = [
      await made(upload(client, { taskId: id }, { content: 'of the task' })),
      await made(upload(client, { messageId }, { content: 'of the message' })),
    ];
    const gone = await made(upload(client, { taskId: id }, { content: 'deleted before' }));
    await client.delete(`/attachments/${gone}`);
    const paths = [
      `/messages/${messageId}`,
      `/tasks/${id}/messages`,
      `/tasks/${id}/attachments`,
      `/features/${featureId}/tasks`,
      ...files.map((file) => `/attachments/${file}/content`),
    ];
    const readAll = () => Promise.all(paths.map(async (path) => (await client.get(path)).text));
    const [task, before] = [await client.get(`/tasks/${id}`), await readAll()];
    await client.delete(`/tasks/${id}`);
    expect((await client.get(`/messages/${messageId}`)).status).toBe(404);
    const restored = await restore(id);
    expect(restored).toMatchObject({
      status: 200,
      body: { ...(task.body as object), updatedAt: expect.any(String) },
    });
    const read = await client.get(`/tasks/${id}`);
    expect([read.text, read.headers.get('etag')]).toEqual([restored.text, restored.headers.get('etag')]);
    expect(await readAll()).toEqual(before);
    expect((await client.get(`/attachments/${gone}`)).status).toBe(404);
    const listed = itemsOf(await client.get('/tasks?q=kept&limit=100'));
    expect(listed.map((each) => each.id)).toContain(id);
    const events = itemsOf(await client.get('/events?limit=100')).filter(about(id));
    expect(events.map(({ type }) => type)).toEqual(['task.created', 'task.deleted', 'task.restored']);
    expect(events.at(-1)).toMatchObject({ actorId: creator.id });
  });

  it('comes back for its creator and for admins; others are told that there is none', async () => {
    const id = await deleted();
    expect(await restore(id, assignee)).toEqual(notFound);
    expect((await restore(id, admin)).status).toBe(200);
    expect((await app.as(assignee).get(`/tasks/${id}`)).status).toBe(200);
  });

  it('comes back for TRASH_RETENTION_DAYS, whether or not it was removed by then', async () => {
    const id = await deleted();
    await app.database.query(DELETED_AGO, [id, '7 days 1 second']);
    expect(await restore(id)).toEqual(notFound);
    expect(await restore(id, admin)).toEqual(notFound);
    await app.database.query(DELETED_AGO, [id, '6 days 23 hours']);
    expect((await restore(id)).status).toBe(200);
    expect(await restore('00000000-0000-4000-8000-000000000000')).toEqual(notFound);
  });

  it('is answered as it is when it is not deleted, to those who may; nothing is written', async () => {
    const id = await newTask();
    const before = await app.as(creator).get(`/tasks/${id}`);
    expect(await restore(id)).toMatchObject({ status: 200, text: before.text });
    expect((await restore(id, assignee)).status).toBe(403);
    const events = itemsOf(await app.as(creator).get('/events?type=task.restored&limit=100'));
    expect(events.filter(about(id))).toEqual([]);
  });

  it('comes back once for two who ask at once', async () => {
    const id = await deleted();
    const answers = await Promise.all([restore(id), restore(id, admin), restore(id)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const events = itemsOf(await app.as(creator).get('/events?type=task.restored&limit=100'));
    expect(events.filter(about(id))).toHaveLength(1);
  });

  it('can be deleted and restored again, each under a key of its own', async () => {
    const id = await deleted();
    const headers = { 'idempotency-key': 'once' };
    expect((await restore(id, creator, headers)).status).toBe(200);
    await app.as(creator).delete(`/tasks/${id}`);
    const replayed = await restore(id, creator, headers);
    expect([replayed.status, replayed.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect((await app.as(creator).get(`/tasks/${id}`)).status).toBe(404);
    expect((await restore(id)).status).toBe(200);
  });
});
