import { TestApp, type TestUser } from '../support/app';

const json = { 'content-type': 'application/json' };

describe('the HTTP contract', () => {
  let app: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start({ CORS_ORIGINS: 'https://console.example.org' });
    user = await app.newUser();
  });
  afterAll(() => app.close());

  it('refuses a query where a route knows none, once it knows that they may ask', async () => {
    const viewer = await app.newUser({ role: 'viewer' });
    expect((await app.anonymous.get('/users/me?x=1')).status).toBe(401);
    expect((await app.as(viewer).post('/tasks?x=1', { title: 'x' })).status).toBe(403);
    const refused = await app.as(user).get('/users/me?x=1&y');
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      instance: '/api/v1/users/me',
      errors: [
        { in: 'query', pointer: '#/x', code: 'unknown_field' },
        { in: 'query', pointer: '#/y', code: 'unknown_field' },
      ],
    });
    expect((await app.as(user).get('/users/me?')).status).toBe(200);
  });

  it('lets probes and readers of the documentation add what they like', async () => {
    for (const path of ['//health/live', '//health/ready', '//docs/openapi.json', '//docs', '//setup']) {
      expect([path, (await app.anonymous.get(`${path}?x=1`)).status]).toEqual([path, 200]);
    }
  });

  it('answers failures as problem+json with a page for each code', async () => {
    const missing = await app.as(user).get('/tasks/00000000-0000-4000-8000-000000000000?');
    expect(missing.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(missing.body).toMatchObject({
      title: 'There is no such task',
      status: 404,
      code: 'task_not_found',
      instance: '/api/v1/tasks/00000000-0000-4000-8000-000000000000',
      requestId: missing.headers.get('x-request-id'),
    });
    const page = await app.anonymous.get('/' + new URL(String(missing.body.type)).pathname);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('task_not_found');
    expect((await app.anonymous.get('//docs/problems/none')).status).toBe(404);
  });

  it('keeps an acceptable request id of the caller, and makes one otherwise', async () => {
    const kept = await app.anonymous.get('//health/live', { 'x-request-id': 'trace-1.2:3' });
    expect(kept.headers.get('x-request-id')).toBe('trace-1.2:3');
    for (const id of ['no spaces', 'x'.repeat(129), '<script>']) {
      const made = await app.anonymous.get('//health/live', { 'x-request-id': id });
      expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('asks for credentials before anything else', async () => {
    const id = 'not-a-uuid';
    for (const headers of [{}, { authorization: 'Bearer x.y.z' }, { authorization: 'Basic YTpi' }] as Record<
      string,
      string
    >[]) {
      const refused = await app.anonymous.patch(`/tasks/${id}`, '{"', { ...headers });
      expect([refused.status, refused.body.code]).not.toEqual([400, 'validation_failed']);
      const read = await app.anonymous.get(`/tasks/${id}`, headers);
      expect([read.status, read.body.code]).toEqual([401, 'unauthenticated']);
      expect(read.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });

  it('answers 405 with Allow where the path exists', async () => {
    const refused = await app.as(user).put('/tasks', {});
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    expect((await app.as(user).post('/tasks/some-id', {})).status).toBe(405);
    expect((await app.as(user).put('/nowhere', {})).status).toBe(404);
  });

  it('mirrors GET for HEAD', async () => {
    const made = await app.as(user).post('/tasks', { title: 'Head' });
    for (const path of ['/tasks', `/tasks/${made.body.id}`]) {
      const [get, head] = [await app.as(user).get(path), await app.as(user).send('HEAD', path)];
      expect([head.status, head.text]).toEqual([200, '']);
      for (const name of ['etag', 'content-type', 'content-length']) {
        expect(head.headers.get(name)).toBe(get.headers.get(name));
      }
    }
  });

  it.each([
    ['application/json', 200],
    ['*/*', 200],
    ['text/html, application/*;q=0.5', 200],
    ['text/html', 406],
    ['application/json;q=0', 406],
    ['image/png, text/csv', 406],
  ])('answers Accept: %s with %i', async (accept, status) => {
    expect((await app.as(user).get('/tasks', { accept })).status).toBe(status);
  });

  it.each([
    ['text/plain', 'title=x'],
    ['application/x-www-form-urlencoded', 'title=x'],
    ['application/xml', '<title/>'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('answers a body of %s with 415', async (type, body) => {
    const refused = await app.as(user).post('/tasks', body, { 'content-type': type });
    expect([refused.status, refused.body.code]).toEqual([415, 'unsupported_media_type']);
  });

  it.each([
    ['{"title":', 'malformed_body'],
    ['{"title":"x","__proto__":{}}', 'malformed_body'],
    ['{"title":' + '['.repeat(64) + ']'.repeat(64) + '}', 'malformed_body'],
    ['['.repeat(100_000), 'malformed_body'],
    ['[]', 'validation_failed'],
    ['"text"', 'validation_failed'],
    ['', 'validation_failed'],
  ])('answers the body %.40s with 400', async (body, code) => {
    const refused = await app.as(user).post('/tasks', body, json);
    expect([refused.status, refused.body.code]).toEqual([400, code]);
  });

  it('takes what is nested 64 levels deep as JSON', async () => {
    const deep = '{"title":' + '['.repeat(63) + '"[{\\""' + ']'.repeat(63) + '}';
    expect((await app.as(user).post('/tasks', deep, json)).body.code).toBe('validation_failed');
  });

  it('refuses a body over 1 MiB', async () => {
    const refused = await app.as(user).post('/tasks', { title: 'x', description: 'x'.repeat(1024 ** 2) });
    expect([refused.status, refused.body.code]).toEqual([413, 'body_too_large']);
  });

  it('lets the listed origins in, and no other', async () => {
    const preflight = (origin: string) =>
      app.anonymous.send('OPTIONS', '/tasks', undefined, {
        origin,
        'access-control-request-method': 'PATCH',
      });
    const allowed = await preflight('https://console.example.org');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://console.example.org');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('says that it is alive and ready', async () => {
    expect((await app.anonymous.get('//health/live')).body).toEqual({ status: 'ok' });
    expect((await app.anonymous.get('//health/ready')).body).toEqual({
      status: 'ok',
      parts: { database: 'up', storage: 'up', background: 'up' },
    });
  });

  it('serves the document as OpenAPI 3.1, and a page for people', async () => {
    const document = await app.anonymous.get('//docs/openapi.json');
    expect(document.body.openapi).toBe('3.1.0');
    expect(document.text).not.toContain('"nullable"');
    expect((await app.anonymous.get('//docs')).text).toContain('swagger-ui');
    const page = await app.anonymous.get('//docs/swagger-ui-init.js');
    expect(page.text).toContain('"docExpansion": "none"');
    expect((await app.anonymous.get('//')).headers.get('location')).toBe('/docs');
  });
});
