import { randomUUID } from 'node:crypto';
import { createVerifier } from 'fast-jwt';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { Pool } from 'pg';
import * as sql from './yardstick-sql';

/**
 * The yardstick: what a careful person writes by hand with Fastify and pg for the same routes, without a framework. JWT
 * verified with a cache, the session looked up at each request, input judged by compiled schemas, named prepared
 * statements on a pool, JSON composed by PostgreSQL and passed through.
 *
 * Environment: DATABASE_URL, JWT_SECRET, PORT, POOL_SIZE.
 */
const { DATABASE_URL, JWT_SECRET = '', PORT, POOL_SIZE } = process.env;

const pool = new Pool({ connectionString: DATABASE_URL, max: Number(POOL_SIZE ?? 10) });
const verify = createVerifier({
  key: JWT_SECRET,
  algorithms: ['HS256'],
  allowedIss: 'the-new-fuse',
  allowedAud: 'the-new-fuse/api',
  cache: 10_000,
});

interface Viewer {
  readonly id: string;
  readonly role: string;
}

const viewers = new WeakMap<FastifyRequest, Viewer>();

const app = fastify({ bodyLimit: 1024 ** 2, genReqId: () => randomUUID() });
app.setReplySerializer((payload) => (typeof payload === 'string' ? payload : JSON.stringify(payload)));

async function authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  let claims: { sub: string; sid: string };
  try {
    claims = verify(token) as typeof claims;
  } catch {
    return void reply.code(401).send({ code: 'unauthenticated' });
  }
  const { rows } = await pool.query<{ role: string }>({ ...sql.SESSION, values: [claims.sid, claims.sub] });
  if (!rows[0]) return void reply.code(401).send({ code: 'unauthenticated' });
  viewers.set(request, { id: claims.sub, role: rows[0].role });
}

function viewerOf(request: FastifyRequest): Viewer {
  const viewer = viewers.get(request);
  if (!viewer) throw new Error('no viewer');
  return viewer;
}

interface Row {
  readonly json: string;
  readonly version: string;
}

function sendOne(reply: FastifyReply, row: Row | undefined): FastifyReply {
  if (!row) return reply.code(404).send({ code: 'not_found' });
  return reply.type('application/json; charset=utf-8').header('etag', `"${row.version}"`).send(row.json);
}

interface PageRow {
  readonly items: string;
  readonly last: string | null;
}

function sendPage(reply: FastifyReply, row: PageRow | undefined): FastifyReply {
  const { items = '[]', last = null } = row ?? {};
  const cursor = last === null ? 'null' : `"${Buffer.from(last).toString('base64url')}"`;
  return reply.type('application/json; charset=utf-8').send(`{"items":${items},"nextCursor":${cursor}}`);
}

const guarded = { preHandler: authenticate };
const idParams = {
  type: 'object',
  properties: { id: { type: 'string', format: 'uuid' } },
};
const taskBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    title: { type: 'string', minLength: 1, maxLength: 255 },
    description: { type: ['string', 'null'], maxLength: 100_000 },
    status: { enum: ['pending', 'in_progress', 'blocked', 'completed', 'cancelled'] },
    priority: { type: 'integer', minimum: 0, maximum: 4 },
  },
};
const taskQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    status: { enum: ['pending', 'in_progress', 'blocked', 'completed', 'cancelled'] },
    assignedTo: { type: 'string', format: 'uuid' },
    q: { type: 'string', minLength: 1, maxLength: 200 },
    limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
  },
};

interface TaskQuery {
  readonly status?: string;
  readonly assignedTo?: string;
  readonly q?: string;
  readonly limit: number;
}

type WithId = { Params: { id: string } };

app.get<WithId>('/api/v1/tasks/:id', { ...guarded, schema: { params: idParams } }, async (request, reply) => {
  const { rows } = await pool.query<Row>({ ...sql.TASK, values: [request.params.id] });
  return sendOne(reply, rows[0]);
});

app.get<{ Querystring: TaskQuery }>(
  '/api/v1/tasks',
  { ...guarded, schema: { querystring: taskQuery } },
  async (request, reply) => {
    const { status, assignedTo, q, limit } = request.query;
    const [statement, value] =
      q !== undefined
        ? [sql.TASKS_BY_TEXT, q]
        : assignedTo !== undefined
          ? [sql.TASKS_BY_ASSIGNEE, assignedTo]
          : [sql.TASKS_BY_STATUS, status];
    const { rows } = await pool.query<PageRow>({ ...statement, values: [limit, value] });
    return sendPage(reply, rows[0]);
  },
);

app.get<WithId>(
  '/api/v1/tasks/:id/messages',
  { ...guarded, schema: { params: idParams } },
  async (request, reply) => {
    const { rows } = await pool.query<PageRow>({ ...sql.MESSAGES_OF_TASK, values: [20, request.params.id] });
    return sendPage(reply, rows[0]);
  },
);

app.get<WithId>(
  '/api/v1/features/:id/metrics',
  { ...guarded, schema: { params: idParams } },
  async (request, reply) => {
    const { rows } = await pool.query<Row>({ ...sql.METRICS, values: [request.params.id] });
    return sendOne(reply, rows[0]);
  },
);

app.post<{ Body: { title: string; description?: string; status?: string; priority?: number } }>(
  '/api/v1/tasks',
  { ...guarded, schema: { body: { ...taskBody, required: ['title'] } } },
  async (request, reply) => {
    const { title, description = null, status = 'pending', priority = 0 } = request.body;
    const values = [viewerOf(request).id, title, description, status, priority];
    const { rows } = await pool.query<Row>({ ...sql.CREATE_TASK, values });
    return sendOne(reply.code(201), rows[0]);
  },
);

app.patch<WithId & { Body: { title: string } }>(
  '/api/v1/tasks/:id',
  { ...guarded, schema: { params: idParams, body: taskBody } },
  async (request, reply) => {
    const { id, role } = viewerOf(request);
    const values = [request.params.id, id, role === 'admin', request.body.title];
    const { rows } = await pool.query<Row>({ ...sql.RENAME_TASK, values });
    return sendOne(reply, rows[0]);
  },
);

app.post<{ Body: { content: string; taskId: string } }>(
  '/api/v1/messages',
  {
    ...guarded,
    schema: {
      body: {
        type: 'object',
        additionalProperties: false,
        required: ['content'],
        properties: {
          content: { type: 'string', minLength: 1, maxLength: 100_000 },
          taskId: { type: 'string', format: 'uuid' },
        },
      },
    },
  },
  async (request, reply) => {
    const values = [viewerOf(request).id, request.body.content, request.body.taskId];
    const { rows } = await pool.query<Row>({ ...sql.POST_MESSAGE, values });
    return sendOne(reply.code(201), rows[0]);
  },
);

async function main(): Promise<void> {
  await app.listen({ port: Number(PORT), host: '127.0.0.1' });
  process.stdout.write('is ready at\n');
}

process.once('SIGTERM', () => void app.close().then(() => pool.end()));
void main();
