import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { itemsOf } from '../support/client';
import { filesBelow, upload } from '../support/uploads';

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('attachments', () => {
  let app: TestApp;
  let user: TestUser;
  let other: TestUser;
  let admin: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
    other = await app.newUser();
    admin = await app.newUser({ role: 'admin' });
  });
  afterAll(() => app.close());

  const newTask = async () => (await app.as(user).post('/tasks', { title: 'files' })).body.id as string;
  const newMessage = async (input: object = {}) =>
    (await app.as(user).post('/messages', { content: 'see the file', ...input })).body.id as string;
  const blobs = () => filesBelow(join(app.dataDir, 'blobs'));
  const eventsOf = async (id: string) => {
    const rows = await app.database.query<{ type: string }>(
      statement('SELECT type FROM events WHERE subject_id = $1 ORDER BY id'),
      [id],
    );
    return rows.map(({ type }) => type);
  };

  it('says so when the storage has lost a file, or a row leads out of it', async () => {
    const { body } = await upload(app.as(user), { taskId: await newTask() });
    await writeFile(join(app.dataDir, 'private'), 'not for clients');
    const gone = { status: 410, body: { code: 'attachment_content_gone' } };
    for (const path of ['../private', 'incoming/../../private', '/etc/passwd', `00/00/${NOBODY}`]) {
      await app.database.query(statement('UPDATE attachments SET file_path = $1 WHERE id = $2'), [
        path,
        body.id as string,
      ]);
      expect(await app.as(user).get(`/attachments/${body.id}/content`)).toMatchObject(gone);
    }
    expect((await app.as(user).get(`/attachments/${body.id}`)).status).toBe(200);
  });

  it('tells sizes beyond 2^53 exactly', async () => {
    const taskId = await newTask();
    for (const size of ['9007199254740993', '9223372036854775807']) {
      const [row] = await app.database.query<{ id: string }>(
        statement(
          `INSERT INTO attachments (filename, file_path, size_bytes, task_id) VALUES ('big', 'x', $1, $2) RETURNING id`,
        ),
        [size, taskId],
      );
      expect((await app.as(user).get(`/attachments/${row?.id}`)).text).toContain(`"sizeBytes" : ${size},`);
    }
    const first = await app.as(user).get(`/tasks/${taskId}/attachments?sort=sizeBytes&limit=1`);
    expect(first.text).toContain('9007199254740993');
    const second = await app
      .as(user)
      .get(`/tasks/${taskId}/attachments?sort=sizeBytes&limit=1&cursor=${first.body.nextCursor}`);
    expect(second.text).toContain('9223372036854775807');
    expect(second.body.nextCursor).toBeNull();
  });

  describe('deleted', () => {
    it('are gone for all, but their files stay', async () => {
      const taskId = await newTask();
      const { body } = await upload(app.as(user), { taskId });
      const id = body.id as string;
      const files = await blobs();
      expect((await app.as(user).delete(`/attachments/${id}`)).status).toBe(204);
      for (const path of [`/attachments/${id}`, `/attachments/${id}/content`]) {
        expect(await app.as(user).get(path)).toMatchObject({
          status: 404,
          body: { code: 'attachment_not_found' },
        });
      }
      expect((await app.as(user).delete(`/attachments/${id}`)).status).toBe(404);
      expect(itemsOf(await app.as(user).get(`/tasks/${taskId}/attachments`))).toEqual([]);
      expect(await blobs()).toEqual(files);
      expect(await eventsOf(id)).toEqual(['attachment.created', 'attachment.deleted']);
    });

    it('can be so by their uploader and admins', async () => {
      const taskId = await newTask();
      const viewer = await app.newUser({ role: 'viewer' });
      const { body } = await upload(app.as(other), { taskId });
      for (const someone of [user, viewer]) {
        expect((await app.as(someone).delete(`/attachments/${body.id}`)).status).toBe(403);
      }
      const stale = await app.as(other).delete(`/attachments/${body.id}`, { 'if-match': '"0"' });
      expect(stale.status).toBe(412);
      expect((await app.as(admin).delete(`/attachments/${body.id}`)).status).toBe(204);
    });

    it('are so with their message', async () => {
      const messageId = await newMessage();
      const { body } = await upload(app.as(user), { messageId });
      const before = await upload(app.as(user), { messageId });
      await app.as(user).delete(`/attachments/${before.body.id}`);
      await app.as(user).delete(`/messages/${messageId}`);
      expect((await app.as(user).get(`/attachments/${body.id}`)).status).toBe(404);
      expect(await app.as(user).get(`/messages/${messageId}/attachments`)).toMatchObject({
        status: 200,
        body: { items: [] },
      });
      for (const each of [body, before.body]) {
        expect(await eventsOf(each.id as string)).toEqual(['attachment.created', 'attachment.deleted']);
      }
    });
  });

  it('are not seen where what they hang on is not', async () => {
    const taskId = await newTask();
    const messageId = await newMessage({ taskId });
    const ids = [];
    const targets: Record<string, string>[] = [{ taskId }, { messageId }];
    for (const target of targets) {
      ids.push((await upload(app.as(user), target)).body.id as string);
    }
    await app.as(user).delete(`/tasks/${taskId}`);
    for (const id of ids) {
      for (const path of [`/attachments/${id}`, `/attachments/${id}/content`]) {
        expect((await app.as(admin).get(path)).status).toBe(404);
      }
      expect((await app.as(admin).delete(`/attachments/${id}`)).status).toBe(404);
    }
    const listed = await app.as(user).get(`/attachments?taskId=${taskId}&messageId=${messageId}`);
    expect(itemsOf(listed)).toEqual([]);
    const missing = { status: 404, body: { code: 'task_not_found' } };
    expect(await app.as(user).get(`/tasks/${taskId}/attachments`)).toMatchObject(missing);
    expect((await app.as(user).get(`/messages/${messageId}/attachments`)).status).toBe(404);
  });

  it.each(['', '/content'])('answers for what is not there or no id (%s)', async (rest) => {
    expect((await app.as(user).get(`/attachments/${NOBODY}${rest}`)).status).toBe(404);
    const bad = await app.as(user).get(`/attachments/..%2f..${rest}`);
    expect(bad).toMatchObject({ status: 400, body: { errors: [{ in: 'path', code: 'invalid_uuid' }] } });
    expect((await app.anonymous.get(`/attachments/${NOBODY}${rest}`)).status).toBe(401);
  });
});
