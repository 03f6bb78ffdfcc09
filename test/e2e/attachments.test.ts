import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statement } from '@app/database';
import { TestApp, type TestUser } from '../support/app';
import { itemsOf } from '../support/client';
import { filesBelow, upload } from '../support/uploads';

const NOBODY = '00000000-0000-4000-8000-000000000000';

describe('attachments', () => {
  let app: TestApp;
  let dataDir: string;
  let user: TestUser;
  let other: TestUser;
  let admin: TestUser;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'fuse-test-'));
    app = await TestApp.start({ DATA_DIR: dataDir });
    user = await app.newUser();
    other = await app.newUser();
    admin = await app.newUser({ role: 'admin' });
  });
  afterAll(async () => {
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const newTask = async () => (await app.as(user).post('/tasks', { title: 'files' })).body.id as string;
  const newMessage = async (input: object = {}) =>
    (await app.as(user).post('/messages', { content: 'see the file', ...input })).body.id as string;
  const blobs = () => filesBelow(join(dataDir, 'blobs'));
  const eventsOf = async (id: string) => {
    const rows = await app.database.query<{ type: string }>(
      statement('SELECT type FROM events WHERE subject_id = $1 ORDER BY id'),
      [id],
    );
    return rows.map(({ type }) => type);
  };

  describe('downloaded', () => {
    const content = randomBytes(200_000);
    const sha256 = createHash('sha256').update(content).digest('hex');
    let path: string;

    beforeAll(async () => {
      const made = await upload(
        app.as(user),
        { taskId: await newTask() },
        { name: 'ü "x".html', type: 'text/html', content },
      );
      path = `/attachments/${made.body.id}/content`;
    });

    const download = async (headers: Record<string, string> = {}, method = 'GET') => {
      const authorization = `Bearer ${other.accessToken}`;
      const answer = await fetch(`${app.url}/api/v1${path}`, {
        method,
        headers: { authorization, ...headers },
      });
      return {
        ...answer,
        status: answer.status,
        headers: answer.headers,
        bytes: Buffer.from(await answer.arrayBuffer()),
      };
    };

    it('is what was uploaded, as a file that no browser shows', async () => {
      const { status, headers, bytes } = await download({ accept: 'image/*' });
      expect(status).toBe(200);
      expect(bytes.equals(content)).toBe(true);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'text/html',
        'content-length': '200000',
        'content-disposition': `attachment; filename="_ _x_.html"; filename*=UTF-8''%C3%BC%20%22x%22.html`,
        'content-security-policy': 'sandbox',
        'x-content-type-options': 'nosniff',
        'accept-ranges': 'bytes',
        'cache-control': 'private, no-cache',
        vary: 'Authorization',
        etag: `"${sha256}"`,
      });
    });

    it('answers HEAD like GET, without the content', async () => {
      const [get, head] = [await download(), await download({ range: 'bytes=0-9' }, 'HEAD')];
      expect(head.status).toBe(200);
      expect(head.bytes).toHaveLength(0);
      for (const name of ['content-length', 'content-type', 'content-disposition', 'etag', 'accept-ranges']) {
        expect(head.headers.get(name)).toBe(get.headers.get(name));
      }
    });

    it.each([
      ['bytes=0-0', 0, 1],
      ['bytes=100-199', 100, 200],
      ['bytes=199990-', 199_990, 200_000],
      ['bytes=-10', 199_990, 200_000],
      ['bytes=199999-999999', 199_999, 200_000],
    ])('answers %s alone', async (range, from, to) => {
      const { status, headers, bytes } = await download({ range });
      expect(status).toBe(206);
      expect(bytes.equals(content.subarray(from, to))).toBe(true);
      expect(headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/200000`);
      expect(headers.get('content-length')).toBe(String(to - from));
    });

    it.each(['bytes=0-1,5-6', 'bytes=5-2', 'lines=1-2', 'bytes=x'])(
      'answers all of it to %s',
      async (range) => {
        const { status, bytes } = await download({ range });
        expect([status, bytes.length]).toEqual([200, 200_000]);
      },
    );

    it('tells where the file ends when a range begins behind', async () => {
      const { status, headers, bytes } = await download({ range: 'bytes=200000-' });
      expect(status).toBe(416);
      expect(headers.get('content-range')).toBe('bytes */200000');
      expect(headers.get('content-type')).toMatch('application/problem+json');
      expect(JSON.parse(bytes.toString())).toMatchObject({ code: 'range_not_satisfiable' });
    });

    it('gives a part only of the content that the client knows', async () => {
      const range = 'bytes=0-9';
      expect((await download({ range, 'if-range': `"${sha256}"` })).status).toBe(206);
      for (const stale of ['"other"', `W/"${sha256}"`, 'Sun, 22 Nov 2026 12:00:00 GMT']) {
        expect((await download({ range, 'if-range': stale })).status).toBe(200);
      }
    });

    it('is not sent again to who has it', async () => {
      const known = await download({ 'if-none-match': `"x", W/"${sha256}"`, range: 'bytes=0-9' });
      expect([known.status, known.bytes.length]).toEqual([304, 0]);
      expect(known.headers.get('etag')).toBe(`"${sha256}"`);
      expect((await download({ 'if-none-match': '"x"' })).status).toBe(200);
    });

    it('of no bytes has no ranges', async () => {
      const { body } = await upload(app.as(user), { taskId: await newTask() }, { content: '' });
      const empty = await app.as(user).get(`/attachments/${body.id}/content`);
      expect([empty.status, empty.text, empty.headers.get('content-length')]).toEqual([200, '', '0']);
      const part = await app.as(user).get(`/attachments/${body.id}/content`, { range: 'bytes=0-' });
      expect(part.status).toBe(416);
    });
  });

  it('says so when the storage has lost a file, or a row leads out of it', async () => {
    const { body } = await upload(app.as(user), { taskId: await newTask() });
    await writeFile(join(dataDir, 'private'), 'not for clients');
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
