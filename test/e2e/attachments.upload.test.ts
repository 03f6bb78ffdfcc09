import { createHash, randomBytes } from 'node:crypto';
import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { storedIn, upload } from '../support/uploads';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const MAX_BYTES = 1024 * 1024;

describe('uploading attachments', () => {
  let app: TestApp;
  let user: TestUser;
  let other: TestUser;
  let admin: TestUser;
  let viewer: TestUser;
  let taskId: string;
  let messageId: string;

  beforeAll(async () => {
    app = await TestApp.start({ ATTACHMENT_MAX_BYTES: String(MAX_BYTES) });
    user = await app.newUser();
    other = await app.newUser();
    admin = await app.newUser({ role: 'admin' });
    viewer = await app.newUser({ role: 'viewer' });
    taskId = await newTask();
    messageId = await newMessage({ taskId });
  });
  afterAll(() => app.close());

  const newTask = async () => (await app.as(user).post('/tasks', { title: 'files' })).body.id as string;
  const newMessage = async (input: object = {}) =>
    (await app.as(user).post('/messages', { content: 'see the file', ...input })).body.id as string;
  const stored = () => storedIn(app);

  it('keeps the bytes and everything that was said of them', async () => {
    const content = randomBytes(300_000);
    const name = `Übersicht "1" \u{1F600} 100%.bin`;
    const made = await upload(app.as(user), { taskId, messageId }, { name, type: 'image/png', content });
    expect(made.status).toBe(201);
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(made.body).toEqual({
      id: made.body.id,
      filename: name,
      mimeType: 'image/png',
      sizeBytes: 300_000,
      messageId,
      taskId,
      uploadedBy: user.id,
      createdAt: made.body.createdAt,
      sha256,
    });
    expect(made.headers.get('location')).toBe(`/api/v1/attachments/${made.body.id}`);
    const read = await app.as(other).get(`/attachments/${made.body.id}`);
    expect(read.body).toEqual(made.body);
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'));
    const events = await app.database.query(
      statement('SELECT type, data, actor_id AS actor FROM events WHERE subject_id = $1'),
      [made.body.id as string],
    );
    expect(events).toEqual([{ type: 'attachment.created', data: { taskId, messageId }, actor: user.id }]);
  });

  it('takes files of no byte and of as many as are allowed, and not one more', async () => {
    const empty = await upload(app.as(user), { taskId }, { content: '' });
    expect(empty).toMatchObject({ status: 201, body: { sizeBytes: 0 } });
    const largest = await upload(app.as(user), { taskId }, { content: new Uint8Array(MAX_BYTES) });
    expect(largest).toMatchObject({ status: 201, body: { sizeBytes: MAX_BYTES } });
    const before = await stored();
    for (const bytes of [MAX_BYTES + 1, 3 * MAX_BYTES]) {
      const answer = await upload(app.as(user), { taskId }, { content: new Uint8Array(bytes) });
      expect(answer).toMatchObject({ status: 413, body: { code: 'attachment_too_large' } });
    }
    expect(await stored()).toEqual(before);
  });

  it('takes a file for a task or a message alone, and leaves the other empty', async () => {
    expect((await upload(app.as(other), { taskId })).body).toMatchObject({ taskId, messageId: null });
    expect((await upload(app.as(user), { messageId })).body).toMatchObject({ taskId: null, messageId });
    expect((await upload(app.as(admin), { messageId })).status).toBe(201);
  });

  it('takes an empty field for one that was left out', async () => {
    const made = await upload(app.as(user), { taskId, messageId: '' });
    expect(made).toMatchObject({ status: 201, body: { taskId, messageId: null } });
  });

  it('asks the task and the message who may', async () => {
    const before = await stored();
    const deletedTask = await newTask();
    const lost = await newMessage({ taskId: deletedTask });
    await app.as(user).delete(`/tasks/${deletedTask}`);
    const deleted = await newMessage();
    await app.as(user).delete(`/messages/${deleted}`);
    const refusals = [
      [user, { taskId: NOBODY }, 404, 'task_not_found'],
      [user, { taskId: deletedTask }, 404, 'task_not_found'],
      [user, { messageId: NOBODY }, 404, 'message_not_found'],
      [user, { messageId: lost }, 404, 'message_not_found'],
      [other, { messageId }, 403, 'forbidden'],
      [viewer, { taskId }, 403, 'forbidden'],
      [user, { messageId: deleted }, 409, 'message_deleted'],
      [user, { messageId, taskId: await newTask() }, 422, 'attachment_targets_differ'],
      [user, { messageId: await newMessage(), taskId }, 422, 'attachment_targets_differ'],
    ] as const;
    for (const [who, fields, status, code] of refusals) {
      expect(await upload(app.as(who), fields)).toMatchObject({ status, body: { code } });
    }
    expect((await upload(app.anonymous, { taskId })).status).toBe(401);
    expect(await stored()).toEqual(before);
  });

  describe('under an idempotency key', () => {
    const send = (key: string, content = 'once', name = 'once.txt') =>
      upload(app.as(user), { taskId }, { name, content }, { 'idempotency-key': key });

    it('stores one file, and answers a repetition as the first time', async () => {
      const before = await stored();
      const made = await send('one');
      const again = await send('one');
      expect(again.body).toEqual(made.body);
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 'true']);
      for (const header of ['location', 'etag'])
        expect(again.headers.get(header)).toBe(made.headers.get(header));
      expect(await stored()).toEqual(before.map((n) => n + 1));
      expect((await app.as(user).get(`/attachments/${made.body.id}/content`)).text).toBe('once');
    });

    it('refuses another file, or the same by another name', async () => {
      await send('two');
      const before = await stored();
      const reused = { status: 422, body: { code: 'idempotency_key_reused' } };
      expect(await send('two', 'other')).toMatchObject(reused);
      expect(await send('two', 'once', 'other.txt')).toMatchObject(reused);
      expect(await stored()).toEqual(before);
    });

    it('lets one of several at once through', async () => {
      const before = await stored();
      const answers = await Promise.all(Array.from({ length: 4 }, () => send('three')));
      const ids = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
      expect(new Set(ids).size).toBe(1);
      expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
      expect(await stored()).toEqual(before.map((n) => n + 1));
    });

    it('keeps no refusal', async () => {
      const task = await newTask();
      const key = { 'idempotency-key': 'four' };
      const refused = await upload(app.as(user), { taskId: task, messageId }, {}, key);
      expect(refused.status).toBe(422);
      expect((await upload(app.as(user), { taskId }, {}, key)).status).toBe(201);
    });

    it('refuses a key that is none before it reads the body', async () => {
      expect(await send('x'.repeat(256))).toMatchObject({
        status: 400,
        body: { errors: [{ in: 'header' }] },
      });
    });
  });
});
