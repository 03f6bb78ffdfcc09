import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { statement } from '@app/database';
import { DiskBlobStore } from '../../apps/api/src/storage/disk-blob-store';
import { TestApp, type TestUser } from '../support/app';
import { onlyWhere } from '../support/only-where';
import { until } from '../support/until';
import { END, filesBelow, part, upload } from '../support/uploads';

const MIB = 1024 ** 2;

describe('the storage of attachments', () => {
  let app: TestApp;
  let user: TestUser;
  let taskId: string;

  beforeAll(async () => {
    const settings = { ATTACHMENT_MAX_BYTES: String(10 * MIB), ATTACHMENT_QUOTA_BYTES: String(12 * MIB) };
    app = await TestApp.start(settings);
    user = await app.newUser();
    taskId = (await app.as(user).post('/tasks', { title: 'files' })).body.id as string;
  });
  afterAll(() => app.close());

  const files = () => filesBelow(join(app.dataDir, 'blobs'));
  const rows = async () => {
    const [row] = await app.database.query<{ n: number }>(
      statement('SELECT count(*)::int AS n FROM attachments'),
    );
    return row?.n;
  };
  const head = () => part('name="taskId"', taskId) + part('name="file"; filename="a"').slice(0, -2);

  /** A request whose body the test sends by and by. */
  const begin = (headers: Record<string, string> = {}, token = user.accessToken): ClientRequest =>
    request(`${app.url}/api/v1/attachments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'multipart/form-data; boundary=B',
        ...headers,
      },
    });
  const answerOf = (sent: ClientRequest) =>
    new Promise<{ status?: number | undefined }>((resolve, reject) => {
      sent.once('error', reject);
      sent.once('response', (response) => {
        response.resume().once('end', () => resolve({ status: response.statusCode }));
      });
    });
  const bytesArriving = async () => {
    const arriving = (await files()).filter((path) => path.includes('incoming'));
    const sizes = await Promise.all(arriving.map(async (path) => (await stat(path)).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  };

  it('keeps nothing of an upload that its client breaks off', async () => {
    const [rowsBefore, before] = [await rows(), (await files()).length];
    const sent = begin();
    sent.on('error', () => undefined);
    sent.write(head());
    sent.write(Buffer.alloc(2 * MIB));
    await until(async () => (await bytesArriving()) > MIB);
    sent.destroy();
    await until(async () => (await files()).length === before);
    expect(await rows()).toBe(rowsBefore);
  });

  it('keeps nothing of an upload that falls silent', async () => {
    const impatient = await TestApp.start({ DATA_DIR: app.dataDir, BODY_TIMEOUT_MS: '100' });
    const someone = await impatient.newUser();
    const task = (await impatient.as(someone).post('/tasks', { title: 'files' })).body.id as string;
    const before = (await files()).length;
    const sent = request(`${impatient.url}/api/v1/attachments`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${someone.accessToken}`,
        'content-type': 'multipart/form-data; boundary=B',
      },
    });
    const lost = new Promise((resolve) => sent.on('error', resolve));
    sent.write(part('name="taskId"', task) + part('name="file"; filename="a"').slice(0, -2));
    sent.write(Buffer.alloc(2 * MIB));
    await lost;
    await until(async () => (await files()).length === before);
    await impatient.close();
  });

  it('writes a file to the disk while it arrives, also when nobody tells its length', async () => {
    const sent = begin();
    const answer = answerOf(sent);
    sent.write(head());
    for (let i = 1; i <= 4; i++) {
      sent.write(Buffer.alloc(2 * MIB, 'x'));
      await until(async () => (await bytesArriving()) > (2 * i - 1) * MIB);
    }
    sent.end(`\r\n${END}`);
    expect(await answer).toEqual({ status: 201 });
    expect(await bytesArriving()).toBe(0);
  });

  it.each([
    ['who is not signed in', 'nobody', 401],
    ['with a body that is said to be too large', undefined, 413],
  ])('answers an upload %s before its body arrives', async (_, token, status) => {
    const sent = begin({ 'content-length': String(50 * MIB) }, token ?? user.accessToken);
    const answer = answerOf(sent);
    sent.flushHeaders();
    expect(await answer).toEqual({ status });
    sent.on('error', () => undefined).destroy();
  });

  it('serves the next request on the connection of a refused upload', async () => {
    const before = await rows();
    const { status } = await upload(app.anonymous, { taskId }, { content: new Uint8Array(8 * MIB) });
    expect(status).toBe(401);
    expect(
      (await upload(app.as(user), { taskId: randomUUID() }, { content: new Uint8Array(8 * MIB) })).status,
    ).toBe(404);
    expect((await app.as(user).get('/attachments')).status).toBe(200);
    expect(await rows()).toBe(before);
  });

  const waitingForLocks = async () => {
    const [row] = await app.database.query<{ n: number }>(
      statement('SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted'),
    );
    return row?.n;
  };

  it('lets nobody have more than their quota, not even at once', async () => {
    const owner = await app.newUser();
    const content = new Uint8Array(5 * MIB);
    const uploads = await app.database.transaction(async (tx) => {
      await tx.query(statement('LOCK TABLE attachments IN SHARE MODE'));
      const begun = [1, 2, 3].map(() => upload(app.as(owner), { taskId }, { content }));
      await until(async () => (await waitingForLocks()) === 3);
      return begun;
    });
    const answers = await Promise.all(uploads);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 422]);
    const refused = answers.find(({ status }) => status === 422);
    expect(refused?.body).toMatchObject({ code: 'storage_quota_exceeded' });
    expect(await files()).toHaveLength((await rows()) ?? 0);
    const kept = answers.find(({ status }) => status === 201)?.body.id;
    await app.as(owner).delete(`/attachments/${kept}`);
    expect((await upload(app.as(owner), { taskId }, { content })).status).toBe(201);
    expect((await upload(app.as(user), { taskId })).status).toBe(201);
  });

  it('removes at its start what a killed process left, and nothing else', async () => {
    const root = await mkdtemp(join(tmpdir(), 'fuse-test-'));
    const blobs = join(root, 'blobs');
    const store = new DiskBlobStore(blobs);
    await store.sweep();
    const { key } = await store.write(randomUUID(), Readable.from([Buffer.from('kept')]));
    const [abandoned, arriving] = ['abandoned', 'arriving'].map((name) => join(blobs, 'incoming', name));
    for (const path of [abandoned, arriving]) await writeFile(path ?? '', 'half');
    const longAgo = new Date(Date.now() - 2 * 3600_000);
    await utimes(abandoned ?? '', longAgo, longAgo);
    const again = await TestApp.start({ DATA_DIR: root, DATABASE_POOL_SIZE: '2' });
    await again.close();
    expect((await filesBelow(root)).toSorted()).toEqual([join(blobs, key), arriving].toSorted());
    await rm(root, { recursive: true, force: true });
  });

  it('keeps neither file nor row when the database fails it', async () => {
    const before = [await rows(), await files()];
    await app.database.query(
      statement('ALTER TABLE attachments ADD CONSTRAINT no_more CHECK (false) NOT VALID'),
    );
    const failed = await upload(app.as(user), { taskId });
    await app.database.query(statement('ALTER TABLE attachments DROP CONSTRAINT no_more'));
    expect(failed.status).toBe(500);
    expect([await rows(), await files()]).toEqual(before);
  });

  const itWithMounts = onlyWhere(mayMount(), 'only root may mount here');

  itWithMounts('says when the disk is full, keeps nothing of that upload, and goes on', async () => {
    const incoming = join(app.dataDir, 'blobs', 'incoming');
    await mkdir(incoming, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', incoming]);
    const before = [await rows(), await files()];
    const answer = await upload(app.as(user), { taskId }, { content: new Uint8Array(2 * MIB) });
    const after = [await rows(), await files()];
    execFileSync('umount', ['--lazy', incoming]);
    expect(answer).toMatchObject({ status: 507, body: { code: 'storage_full' } });
    expect(after).toEqual(before);
    expect((await upload(app.as(user), { taskId })).status).toBe(201);
  });
});

function mayMount(): boolean {
  const folder = '/tmp/fuse-mount-attachments';
  const attempt = `mkdir -p ${folder} && mount -t tmpfs tmpfs ${folder} && umount ${folder}`;
  try {
    execFileSync('sh', ['-c', `${attempt}; e=$?; rmdir ${folder}; exit $e`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
