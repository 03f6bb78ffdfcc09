import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@app/database';
import { rowsOf } from '../support/connection';
import { freePort } from '../support/free-port';
import { OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver';
import { ServerProcess } from '../support/server-process';
import { until } from '../support/until';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const PASSWORD = 'planted-password-4711';
const ADMIN = { ADMIN_USERNAME: 'planted-name', ADMIN_EMAIL: 'admin@example.org', ADMIN_PASSWORD: PASSWORD };
const MISSING = '00000000-0000-4000-8000-000000000000';

describe('OTEL_EXPORTER_OTLP_ENDPOINT', () => {
  let receiver: OtlpReceiver;
  let database: TestDatabase;
  let dataDir: string;
  let server: ServerProcess;
  let headers: Record<string, string>;

  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    database = await createTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'fuse-test-'));
    server = ServerProcess.spawn(await freePort(), {
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests alone, of 32+ bytes',
      DATA_DIR: dataDir,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_SERVICE_NAME: 'fuse-of-the-test',
      OTEL_BSP_SCHEDULE_DELAY: '100',
      ...ADMIN,
    });
    await server.ready();
    const login = { login: ADMIN.ADMIN_EMAIL, password: PASSWORD };
    const { body } = await server.client.post('/auth/login', login);
    headers = { authorization: `Bearer ${body.accessToken}` };
  });
  afterAll(async () => {
    await server.stop();
    await receiver.stop();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** The spans of a request's trace, once its own has come; those of its SQL end before it. */
  const spansOf = (requestId: string | null): Promise<{ root: ReceivedSpan; children: ReceivedSpan[] }> =>
    until(() => {
      const root = receiver.spans.find(({ attributes }) => attributes['fuse.request_id'] === requestId);
      const children = receiver.spans.filter(({ parentId }) => parentId === root?.spanId);
      return Promise.resolve(root && { root, children });
    });

  it('sends a span for each request, by its route, and one for each statement below it', async () => {
    const { headers: answered } = await server.client.get(`/tasks/${MISSING}`, headers);
    const { root, children } = await spansOf(answered.get('x-request-id'));
    expect(root).toMatchObject({ name: 'GET /api/v1/tasks/:id', kind: 2, parentId: '', status: 0 });
    expect(root.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/api/v1/tasks/:id',
      'http.response.status_code': 404,
    });
    const names = children.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['SELECT tasks']));
    for (const { traceId, kind, attributes } of children) {
      expect([traceId, kind]).toEqual([root.traceId, 3]);
      expect(attributes).toMatchObject({ 'db.system.name': 'postgresql' });
    }
  });

  it('goes on with the trace of whoever called', async () => {
    const traceparent = `00-${TRACE}-${PARENT}-01`;
    const { headers: answered } = await server.client.get('/tasks', { ...headers, traceparent });
    const { root } = await spansOf(answered.get('x-request-id'));
    expect([root.traceId, root.parentId]).toEqual([TRACE, PARENT]);
  });

  it('leaves out what a caller does not have sampled', async () => {
    const unsampled = { ...headers, traceparent: `00-${TRACE.replaceAll('a', 'b')}-${PARENT}-00` };
    await server.client.get('/tasks', unsampled);
    const { headers: answered } = await server.client.get('/tasks', headers);
    await spansOf(answered.get('x-request-id'));
    expect(receiver.spans.map(({ traceId }) => traceId)).not.toContain(TRACE.replaceAll('a', 'b'));
  });

  it('spans the statements of a transaction and of a body that was read', async () => {
    const created = await server.client.post('/tasks', { title: 'planted-title' }, headers);
    const { root, children } = await spansOf(created.headers.get('x-request-id'));
    expect(root).toMatchObject({ name: 'POST /api/v1/tasks' });
    expect(children.map(({ name }) => name).join()).toMatch(/INSERT/);
  });

  it('never sends values: no parameters, no query of a URL, no message of a failed statement', async () => {
    await server.client.get('/tasks?q=planted-search', headers);
    await server.client.post('/auth/login', { login: 'planted-login', password: PASSWORD });
    const { headers: answered } = await server.client.get('/users/me', headers);
    await spansOf(answered.get('x-request-id'));
    const sent = receiver.bytes.toString('latin1');
    expect(sent).not.toMatch(/planted/);
    expect(sent).not.toContain(headers['authorization']?.slice('Bearer '.length));
    expect(receiver.resources[0]).toMatchObject({ 'service.name': 'fuse-of-the-test' });
  });

  it('says that a statement failed, not how: PostgreSQL quotes values', async () => {
    await rowsOf(database.url, 'ALTER TABLE tasks RENAME TO tasks_elsewhere');
    const { status, headers: answered } = await server.client.get('/tasks', headers);
    await rowsOf(database.url, 'ALTER TABLE tasks_elsewhere RENAME TO tasks');
    const { root, children } = await spansOf(answered.get('x-request-id'));
    expect([status, root.status]).toEqual([500, 2]);
    expect(children.filter((child) => child.status === 2)).toEqual([
      expect.objectContaining({ message: '' }),
    ]);
  });

  it('sends nothing of what only watches, or happens in the background', async () => {
    await server.client.get('//health/ready');
    const { headers: answered } = await server.client.get('/users/me', headers);
    await spansOf(answered.get('x-request-id'));
    const roots = receiver.spans.filter(({ parentId }) => parentId === '' || parentId === PARENT);
    expect(new Set(roots.map(({ kind }) => kind))).toEqual(new Set([2]));
    expect(roots.map(({ attributes }) => attributes['http.route'])).not.toContain('/health/ready');
  });

  it('has the ids of request and trace in the lines of the log', async () => {
    const { headers: answered } = await server.client.get('/tasks', headers);
    const requestId = answered.get('x-request-id');
    const { root } = await spansOf(requestId);
    const line = await until(() =>
      Promise.resolve(server.output.split('\n').find((each) => each.includes(`"requestId":"${requestId}"`))),
    );
    expect(JSON.parse(line)).toMatchObject({ msg: 'request', requestId, trace_id: root.traceId });
  });

  it('sends what is left when it is stopped', async () => {
    const other = ServerProcess.spawn(await freePort(), {
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests alone, of 32+ bytes',
      DATA_DIR: dataDir,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: '3600000',
    });
    await other.ready();
    const { headers: answered } = await other.client.get('//nothing');
    await other.stop();
    const { root } = await spansOf(answered.get('x-request-id'));
    expect(root.attributes).not.toHaveProperty(['http.route']);
  });

  it('names a setting that is wrong', async () => {
    const wrong = { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const refused = ServerProcess.spawn(await freePort(), wrong);
    expect(await refused.exited).toEqual({ code: 1, signal: null });
    for (const name of Object.keys(wrong)) expect(refused.output).toContain(`${name}: must be`);
  });
});

it('loads neither OpenTelemetry nor prom-client unless it is asked to', async () => {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'fuse-test-'));
  const server = ServerProcess.spawn(await freePort(), {
    DATABASE_URL: database.url,
    JWT_SECRET: 'a secret for tests alone, of 32+ bytes',
    DATA_DIR: dataDir,
    NODE_DEBUG: 'module',
  });
  await server.ready();
  expect(server.output).toContain('node_modules/fastify');
  expect(server.output).not.toMatch(/node_modules\/(@opentelemetry|prom-client)/);
  await server.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});
