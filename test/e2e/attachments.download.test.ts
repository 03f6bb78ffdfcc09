import { createHash, randomBytes } from 'node:crypto';
import { TestApp, type TestUser } from '../support/app';
import { upload } from '../support/uploads';

const content = randomBytes(200_000);
const sha256 = createHash('sha256').update(content).digest('hex');

describe('a downloaded attachment', () => {
  let app: TestApp;
  let user: TestUser;
  let other: TestUser;
  let path: string;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
    other = await app.newUser();
    const made = await upload(
      app.as(user),
      { taskId: await newTask() },
      { name: 'ü "x".html', type: 'text/html', content },
    );
    path = `/attachments/${made.body.id}/content`;
  });
  afterAll(() => app.close());

  const newTask = async () => (await app.as(user).post('/tasks', { title: 'files' })).body.id as string;

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
