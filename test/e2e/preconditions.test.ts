import { TestApp, type TestUser } from '../support/app';

describe('preconditions', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.newUser();
  });
  afterAll(() => app.close());

  const newTask = async () => {
    const made = await app.as(user).post('/tasks', { title: 'Guarded' });
    return { path: `/tasks/${made.body.id}`, etag: made.headers.get('etag') ?? '' };
  };

  it('answers 304 without a body when If-None-Match names the version', async () => {
    const { path, etag } = await newTask();
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await app.as(user).get(path, { 'if-none-match': known });
      expect([answer.status, answer.text]).toEqual([304, '']);
      expect(answer.headers.get('etag')).toBe(etag);
    }
    expect((await app.as(user).get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('marks single resources as private to their reader', async () => {
    const { path } = await newTask();
    const { headers } = await app.as(user).get(path);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('vary')).toBe('Authorization');
  });

  it('compares the row version alone, so that proxies which mark or extend tags lock nobody out', async () => {
    const { path, etag } = await newTask();
    const version = etag.slice(1).split('-')[0];
    for (const tag of [`W/${etag}`, `"${version}-zstd"`, `"${version}"`, '*']) {
      const now = (await app.as(user).get(path)).headers.get('etag') ?? '';
      const current = tag.replace(version ?? '', now.slice(1).split('-')[0] ?? '');
      expect((await app.as(user).patch(path, { title: tag }, { 'if-match': current })).status).toBe(200);
    }
  });

  it('refuses a stale version and leaves the resource as it is', async () => {
    const { path, etag } = await newTask();
    await app.as(user).patch(path, { title: 'Newer' });
    const stale = await app.as(user).patch(path, { title: 'Stale' }, { 'if-match': etag });
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition_failed']);
    expect((await app.as(user).patch(path, { title: 'x' }, { 'if-match': 'garbage' })).status).toBe(412);
    expect((await app.as(user).get(path)).body.title).toBe('Newer');
  });

  it('lets one of many changes based on the same version through', async () => {
    const { path, etag } = await newTask();
    const attempts = Array.from({ length: 20 }, (_, i) =>
      app.as(user).patch(path, { title: `Attempt ${i}` }, { 'if-match': etag }),
    );
    const statuses = (await Promise.all(attempts)).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(19);
  });
});
