import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { statement } from '@app/database';
import { loadConfig } from '../../apps/api/src/config/config';
import { JobsService } from '../../apps/api/src/jobs/jobs.service';
import { blobStoreOf } from '../../apps/api/src/storage/storage.service';
import { TestApp, type TestUser } from '../support/app';
import { S3Server } from '../support/s3-server';
import { until } from '../support/until';
import { part, upload } from '../support/uploads';

const MIB = 1024 ** 2;
const HOUR = 3600_000;

describe('attachments whose files are in S3', () => {
  let server: S3Server;
  let app: TestApp;
  let user: TestUser;
  let taskId: string;
  const lines: string[] = [];

  beforeAll(async () => {
    server = await S3Server.start();
    const limits = { ATTACHMENT_MAX_BYTES: String(30 * MIB), ATTACHMENT_QUOTA_BYTES: String(100 * MIB) };
    app = await TestApp.start({ ...server.storage, ...limits }, { log: (line) => lines.push(line) });
    user = await app.newUser();
    taskId = (await app.as(user).post('/tasks', { title: 'files' })).body.id as string;
  });
  afterEach(() => (server.health = 'up'));
  afterAll(async () => {
    await app.close();
    await server.stop();
  });

  const contentOf = (id: unknown, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(`${app.url}/api/v1/attachments/${String(id)}/content`, {
      ...{ method, headers: { authorization: `Bearer ${user.accessToken}`, ...headers } },
    });
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
  const stored = async () => {
    const sql = 'SELECT count(*)::int AS n FROM attachments';
    const [row] = await app.database.query<{ n: number }>(statement(sql));
    return [row?.n, await server.keys(), await server.unfinished()];
  };

  it('stores and answers a file of several parts, whole and by ranges', async () => {
    const content = randomBytes(12 * MIB + 7);
    const made = await upload(app.as(user), { taskId }, { name: 'large.bin', content });
    expect(made).toMatchObject({
      status: 201,
      body: { sizeBytes: content.length, sha256: createHash('sha256').update(content).digest('hex') },
    });
    const id = String(made.body.id);
    expect(await server.keys()).toContain(`files/${id.slice(0, 2)}/${id.slice(2, 4)}/${id}`);
    expect(server.requests.filter((line) => line.startsWith('PUT') && line.includes(id))).toHaveLength(3);
    const whole = await contentOf(id);
    expect([whole.status, whole.headers.get('content-length')]).toEqual([200, String(content.length)]);
    expect((await bytesOf(whole)).equals(content)).toBe(true);
    const ranged = await contentOf(id, { range: `bytes=${5 * MIB}-${5 * MIB + 99}` });
    expect([ranged.status, ranged.headers.get('content-range')]).toEqual([
      206,
      `bytes ${5 * MIB}-${5 * MIB + 99}/${content.length}`,
    ]);
    expect((await bytesOf(ranged)).equals(content.subarray(5 * MIB, 5 * MIB + 100))).toBe(true);
    expect((await contentOf(id, { range: `bytes=${content.length}-` })).status).toBe(416);
  });

  it('answers HEAD and what the client has already without reading the object', async () => {
    const { body } = await upload(app.as(user), { taskId }, { content: 'hello' });
    server.requests.length = 0;
    const head = await contentOf(body.id, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '5']);
    const known = await contentOf(body.id, { 'if-none-match': head.headers.get('etag') ?? '' });
    expect(known.status).toBe(304);
    expect(server.requests.filter((line) => line.startsWith('GET'))).toEqual([]);
  });

  it('stores an empty file', async () => {
    const { status, body } = await upload(app.as(user), { taskId }, { content: '' });
    expect([status, body.sizeBytes]).toEqual([201, 0]);
    expect((await bytesOf(await contentOf(body.id))).length).toBe(0);
  });

  it('keeps nothing on the disk', async () => {
    expect(await readdir(join(app.dataDir, 'blobs')).catch(() => [])).toEqual([]);
  });

  it('keeps nothing of a file that is too large', async () => {
    const before = await stored();
    const answer = await upload(app.as(user), { taskId }, { content: new Uint8Array(30 * MIB + 1) });
    expect(answer).toMatchObject({ status: 413, body: { code: 'attachment_too_large' } });
    expect(await stored()).toEqual(before);
  });

  it('keeps nothing of an upload that its client breaks off', async () => {
    const before = await stored();
    const sent = request(`${app.url}/api/v1/attachments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${user.accessToken}`,
        'content-type': 'multipart/form-data; boundary=B',
      },
    });
    sent.on('error', () => undefined);
    sent.write(part('name="taskId"', taskId) + part('name="file"; filename="a"').slice(0, -2));
    sent.write(Buffer.alloc(6 * MIB));
    await until(async () => (await server.unfinished()).length === 1);
    sent.destroy();
    await until(async () => (await server.unfinished()).length === 0);
    expect(await stored()).toEqual(before);
  });

  it('keeps nothing when the database fails it', async () => {
    const before = await stored();
    const fail = 'ALTER TABLE attachments ADD CONSTRAINT no_more CHECK (false) NOT VALID';
    await app.database.query(statement(fail));
    const failed = await upload(app.as(user), { taskId });
    await app.database.query(statement('ALTER TABLE attachments DROP CONSTRAINT no_more'));
    expect(failed.status).toBe(500);
    expect(await stored()).toEqual(before);
  });

  it.each(['failing', 'silent'] as const)(
    'answers 503 for content while S3 is %s, serves the rest, and goes on when it is back',
    async (health) => {
      const { body } = await upload(app.as(user), { taskId }, { content: 'hello' });
      server.health = health;
      const [read, written] = await Promise.all([
        contentOf(body.id),
        upload(app.as(user), { taskId }, { content: randomBytes(6 * MIB) }),
      ]);
      expect([read.status, read.headers.get('retry-after')]).toEqual([503, '1']);
      expect(written).toMatchObject({ status: 503, body: { code: 'unavailable' } });
      expect(written.headers.get('retry-after')).toBe('1');
      expect((await app.as(user).get(`/attachments/${String(body.id)}`)).status).toBe(200);
      expect((await app.as(user).get('/tasks')).status).toBe(200);
      server.health = 'up';
      expect((await bytesOf(await contentOf(body.id))).toString()).toBe('hello');
      expect((await upload(app.as(user), { taskId })).status).toBe(201);
    },
    60_000,
  );

  it('answers 503 for an object whose connection breaks before its first byte', async () => {
    const { body } = await upload(app.as(user), { taskId }, { content: 'hello' });
    server.health = 'cutting';
    expect((await contentOf(body.id)).status).toBe(503);
  });

  it('answers 507 when the bucket takes no more, and keeps nothing', async () => {
    const before = await stored();
    server.health = 'full';
    for (const bytes of [5, 6 * MIB]) {
      const answer = await upload(app.as(user), { taskId }, { content: randomBytes(bytes) });
      expect(answer).toMatchObject({ status: 507, body: { code: 'storage_full' } });
    }
    server.health = 'up';
    expect(await stored()).toEqual(before);
  });

  it('removes the objects of what was deleted long ago', async () => {
    const { body } = await upload(app.as(user), { taskId });
    const id = String(body.id);
    const there = async () => (await server.keys()).some((key) => key.endsWith(id));
    await app.as(user).delete(`/attachments/${id}`);
    await app.database.query(
      statement(`UPDATE attachments SET deleted_at = now() - interval '31 days' WHERE id = $1`),
      [id],
    );
    expect(await there()).toBe(true);
    await app.database.query(
      statement(`INSERT INTO scheduled_jobs (name, due_at) VALUES ('trash', now())
                 ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at`),
    );
    await app.get(JobsService).runDue();
    expect(await there()).toBe(false);
  });

  it('says in /health/ready that the storage is down, and stays ready', async () => {
    const parts = async () => {
      const response = await fetch(`${app.url}/health/ready`);
      return [response.status, ((await response.json()) as { parts: { storage: string } }).parts.storage];
    };
    await until(async () => (await parts())[1] === 'up');
    server.health = 'failing';
    await until(async () => (await parts())[1] === 'down');
    expect(await parts()).toEqual([200, 'down']);
  }, 30_000);

  it('answers 410 for an object that somebody removed', async () => {
    const { body } = await upload(app.as(user), { taskId });
    const id = String(body.id);
    await server.remove(`files/${id.slice(0, 2)}/${id.slice(2, 4)}/${id}`);
    const answer = await contentOf(id);
    expect([answer.status, await answer.json()]).toMatchObject([410, { code: 'attachment_content_gone' }]);
  });

  it('gives up uploads that killed processes left, and no younger ones', async () => {
    const settings = { ...server.storage, DATA_DIR: '/tmp' };
    await server.leaveUpload('files/old', Date.now() - 3 * HOUR);
    await server.leaveUpload('files/young', Date.now() - HOUR / 2);
    await server.leaveUpload("other/somebody-else's", Date.now() - 3 * HOUR);
    const store = blobStoreOf(loadConfig(settings));
    await store.sweep();
    expect(await server.unfinished()).toEqual(['files/young', "other/somebody-else's"]);
    await store.remove(randomUUID());
  });

  it('writes no credentials into the log', () => {
    expect(lines.some((line) => line.includes('cannot be used'))).toBe(true);
    expect(lines.filter((line) => /S3RVER|AWS4-HMAC|Signature=/.test(line))).toEqual([]);
  });
});
