import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { itemsOf, type Json } from '../support/client';

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('messages', () => {
  let app: TestApp;
  let sender: TestUser;
  let other: TestUser;
  let admin: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    sender = await app.newUser();
    other = await app.newUser();
    admin = await app.newUser({ role: 'admin' });
  });
  afterAll(() => app.close());

  const newTask = async (): Promise<string> =>
    (await app.as(sender).post('/tasks', { title: 'talk' })).body.id as string;
  const send = async (input: object = {}, from = sender): Promise<Json> =>
    (await app.as(from).post('/messages', { content: 'hello', ...input })).body;
  const eventsOf = (id: string) =>
    app.database.query<{ type: string; data: object; actor_id: string }>(
      statement('SELECT type, data, actor_id FROM events WHERE subject_id = $1 ORDER BY id'),
      [id],
    );

  describe('sending', () => {
    it('keeps every field as it was given, and says where it is', async () => {
      const given = { content: '  𝄞\u{1F680}\n"quoted" \\ \t', type: 'code', taskId: await newTask() };
      const made = await app.as(sender).post('/messages', given);
      expect(made.status).toBe(201);
      expect(made.body).toMatchObject({ ...given, senderId: sender.id, status: 'sent' });
      expect(made.headers.get('location')).toBe(`/api/v1/messages/${made.body.id}`);
      const read = await app.as(other).get(`/messages/${made.body.id}`);
      expect(read.body).toEqual(made.body);
      expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
      expect(await eventsOf(made.body.id as string)).toEqual([
        { type: 'message.created', data: { taskId: given.taskId }, actor_id: sender.id },
      ]);
    });

    it('needs no task and no type', async () => {
      expect(await send()).toMatchObject({ taskId: null, type: 'text' });
      expect(await send({ taskId: null })).toMatchObject({ taskId: null });
    });

    it('takes content of 100,000 characters', async () => {
      const content = 'ü'.repeat(100_000);
      expect(await send({ content })).toMatchObject({ content });
    });

    it('refuses a task that is not there or was deleted', async () => {
      const gone = await newTask();
      await app.as(sender).delete(`/tasks/${gone}`);
      for (const taskId of [gone, NOBODY]) {
        const answer = await app.as(sender).post('/messages', { content: 'hello', taskId });
        expect(answer).toMatchObject({ status: 422, body: { code: 'message_task_unavailable' } });
      }
    });

    it.each([
      [{}, '#/content', 'required'],
      [{ content: null }, '#/content', 'not_nullable'],
      [{ content: 7 }, '#/content', 'wrong_type'],
      [{ content: '' }, '#/content', 'too_short'],
      [{ content: ' \n\t' }, '#/content', 'bad_format'],
      [{ content: 'x'.repeat(100_001) }, '#/content', 'too_long'],
      [{ content: 'a\0b' }, '#/content', 'nul_character'],
      [{ content: '\ud800' }, '#/content', 'ill_formed_text'],
      [{ content: 'x', type: 'system' }, '#/type', 'not_allowed'],
      [{ content: 'x', type: null }, '#/type', 'not_nullable'],
      [{ content: 'x', taskId: 'nope' }, '#/taskId', 'invalid_uuid'],
      [{ content: 'x', taskId: 12345678901234567890n.toString() }, '#/taskId', 'invalid_uuid'],
      [{ content: 'x', senderId: NOBODY }, '#/senderId', 'unknown_field'],
      [{ content: 'x', status: 'sent' }, '#/status', 'unknown_field'],
    ])('refuses %j', async (input, pointer, code) => {
      const answer = await app.as(sender).post('/messages', input);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ in: 'body', pointer, code }] } });
    });

    it('sends once under one idempotency key', async () => {
      const key = { 'idempotency-key': 'once' };
      const made = await app.as(sender).post('/messages', { content: 'once' }, key);
      const again = await app.as(sender).post('/messages', { content: 'once' }, key);
      expect(again.body).toEqual(made.body);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
    });
  });

  describe('changing', () => {
    it('marks the message as edited, and leaves what was not named', async () => {
      const message = await send({ type: 'markdown' });
      const changed = await app.as(sender).patch(`/messages/${message.id}`, { content: 'better' });
      expect(changed.status).toBe(200);
      expect(changed.body).toMatchObject({ content: 'better', type: 'markdown', status: 'edited' });
      expect(changed.body.updatedAt).not.toBe(message.updatedAt);
      expect((await eventsOf(message.id as string)).at(-1)).toMatchObject({
        type: 'message.updated',
        data: { changed: ['content'] },
      });
    });

    it('changes nothing for an empty patch', async () => {
      const message = await send();
      const answer = await app.as(sender).patch(`/messages/${message.id}`, {});
      expect(answer).toMatchObject({ status: 200, body: message });
    });

    it('is for the sender alone', async () => {
      const message = await send();
      for (const someone of [other, admin]) {
        for (const patch of [{ content: 'mine' }, {}]) {
          const answer = await app.as(someone).patch(`/messages/${message.id}`, patch);
          expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
        }
      }
      expect((await app.as(sender).get(`/messages/${message.id}`)).body).toEqual(message);
    });

    it.each([
      [{ content: null }, 'not_nullable'],
      [{ content: '' }, 'too_short'],
      [{ type: null }, 'not_nullable'],
      [{ type: 'system' }, 'not_allowed'],
      [{ taskId: NOBODY }, 'unknown_field'],
    ])('refuses the patch %j', async (patch, code) => {
      const { id } = await send();
      const answer = await app.as(sender).patch(`/messages/${id}`, patch);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ code }] } });
    });

    it('lets one of two changes based on the same version through', async () => {
      const { id } = await send();
      const etag = (await app.as(sender).get(`/messages/${id}`)).headers.get('etag') ?? '';
      const change = (content: string) =>
        app.as(sender).patch(`/messages/${id}`, { content }, { 'if-match': etag });
      const answers = await Promise.all([change('a'), change('b')]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    });
  });

  describe('deleting', () => {
    it('leaves an empty message in its place', async () => {
      const message = await send({ type: 'code' });
      expect((await app.as(sender).delete(`/messages/${message.id}`)).status).toBe(204);
      const read = await app.as(other).get(`/messages/${message.id}`);
      const emptied = {
        ...(message as object),
        content: '',
        status: 'deleted',
        updatedAt: read.body.updatedAt,
      };
      expect(read).toMatchObject({ status: 200, body: emptied });
      const listed = await app.as(other).get('/messages?status=deleted&limit=100');
      expect(itemsOf(listed)).toContainEqual(read.body);
      expect((await eventsOf(message.id as string)).at(-1)?.type).toBe('message.deleted');
    });

    it('cannot be undone by a change, nor done twice', async () => {
      const { id } = await send();
      await app.as(sender).delete(`/messages/${id}`);
      const refused = { status: 409, body: { code: 'message_deleted' } };
      expect(await app.as(sender).patch(`/messages/${id}`, { content: 'back' })).toMatchObject(refused);
      expect(await app.as(sender).delete(`/messages/${id}`)).toMatchObject(refused);
      expect(await app.as(sender).get(`/messages/${id}`)).toMatchObject({ body: { content: '' } });
      expect(await eventsOf(id as string)).toHaveLength(2);
    });

    it('is for the sender and admins', async () => {
      const { id } = await send();
      expect((await app.as(other).delete(`/messages/${id}`)).status).toBe(403);
      expect((await app.as(admin).delete(`/messages/${id}`)).status).toBe(204);
    });

    it('compares the version that it is based on', async () => {
      const { id } = await send();
      const etag = (await app.as(sender).get(`/messages/${id}`)).headers.get('etag') ?? '';
      await app.as(sender).patch(`/messages/${id}`, { content: 'newer' });
      const stale = await app.as(sender).delete(`/messages/${id}`, { 'if-match': etag });
      expect(stale).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    });
  });

  it('knows no message of a deleted task', async () => {
    const taskId = await newTask();
    const { id } = await send({ taskId });
    await app.as(sender).delete(`/tasks/${taskId}`);
    const missing = { status: 404, body: { code: 'message_not_found' } };
    expect(await app.as(sender).get(`/messages/${id}`)).toMatchObject(missing);
    expect(await app.as(sender).patch(`/messages/${id}`, { content: 'x' })).toMatchObject(missing);
    expect(await app.as(sender).delete(`/messages/${id}`)).toMatchObject(missing);
    expect(itemsOf(await app.as(sender).get(`/messages?taskId=${taskId}`))).toEqual([]);
    expect(await app.as(sender).get(`/tasks/${taskId}/messages`)).toMatchObject({
      status: 404,
      body: { code: 'task_not_found' },
    });
  });

  it.each(['GET', 'PATCH', 'DELETE'])('answers %s of what is not there or no id', async (method) => {
    const body = method === 'PATCH' ? { content: 'x' } : undefined;
    expect((await app.as(sender).send(method, `/messages/${NOBODY}`, body)).status).toBe(404);
    const bad = await app.as(sender).send(method, '/messages/42', body);
    expect(bad).toMatchObject({ status: 400, body: { errors: [{ in: 'path', code: 'invalid_uuid' }] } });
  });

  it('lets viewers read and nothing else', async () => {
    const viewer = await app.newUser({ role: 'viewer' });
    const { id } = await send();
    expect((await app.as(viewer).get(`/messages/${id}`)).status).toBe(200);
    expect((await app.as(viewer).get('/messages')).status).toBe(200);
    expect((await app.as(viewer).post('/messages', { content: 'x' })).status).toBe(403);
    expect((await app.as(viewer).patch(`/messages/${id}`, { content: 'x' })).status).toBe(403);
    expect((await app.as(viewer).delete(`/messages/${id}`)).status).toBe(403);
    expect((await app.anonymous.get('/messages')).status).toBe(401);
  });
});
