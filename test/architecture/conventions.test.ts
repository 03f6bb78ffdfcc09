import { randomUUID } from 'node:crypto';
import type { Answer } from '../support/client';
import { operationsOf } from '../support/routes/document';
import { SCENARIOS } from '../support/routes/scenarios';
import { RouteSession } from '../support/routes/session';

const READS = Object.keys(SCENARIOS).filter((key) => key.startsWith('GET '));
const POSTS = Object.keys(SCENARIOS).filter((key) => key.startsWith('POST '));
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Headers that differ from answer to answer. */
const OWN_TO_EACH = ['x-request-id', 'date', 'keep-alive', 'connection', 'transfer-encoding'];

describe('the conventions of HTTP', () => {
  let session: RouteSession;

  beforeAll(async () => {
    session = await RouteSession.start();
  });
  afterAll(() => session.close());

  const lasting = ({ headers }: Answer) =>
    Object.fromEntries(
      [...headers].filter(([name]) => !OWN_TO_EACH.includes(name) && !name.startsWith('ratelimit')),
    );

  it.each(READS)('let HEAD mirror %s', async (key) => {
    const { client, call } = await session.prepare(key);
    const [got, head] = [await client.get(call.path), await client.send('HEAD', call.path)];
    // What is streamed has no length that could be told before, and what tells ages grows as they do.
    const fleeting = got.headers.get('content-length') === null || key.endsWith('/analytics/aging');
    const comparable = (answer: Answer) => ({
      ...lasting(answer),
      ...(fleeting ? { 'content-length': '' } : {}),
    });
    expect([head.status, head.text, comparable(head)]).toEqual([got.status, '', comparable(got)]);
  });

  it.each(READS)('let %s be asked again for nothing, where it has an ETag', async (key) => {
    const { client, call } = await session.prepare(key);
    const first = await client.get(call.path);
    const etag = first.headers.get('etag');
    const { responses } = session.operation(key);
    expect(etag !== null).toBe('304' in responses);
    if (etag === null) return;
    const again = await client.get(call.path, { 'if-none-match': etag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await client.get(call.path, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('answer 405 with Allow to every method that a path does not have', async () => {
    const client = session.app.as(session.world.users.admin);
    const byPath = Map.groupBy(operationsOf(session.document), ({ path }) => path);
    for (const [template, operations] of byPath) {
      const served = operations.map(({ method }) => method);
      const allow = [...served, ...(served.includes('GET') ? ['HEAD'] : [])].toSorted().join(', ');
      const path = `/${template.replaceAll(/\{\w+\}/g, randomUUID())}`;
      for (const method of METHODS.filter((each) => !served.includes(each))) {
        const answer = await client.send(method, path);
        expect([path, method, answer.status, answer.headers.get('allow')]).toEqual([
          path,
          method,
          405,
          allow,
        ]);
      }
    }
  });

  it.each(POSTS)('replay %s under the same Idempotency-Key, where it takes one', async (key) => {
    const takesKey = session.operation(key).parameters.some(({ name }) => name === 'Idempotency-Key');
    if (!takesKey) return;
    const { client, call } = await session.prepare(key);
    const send = () => client.post(call.path, call.body, { 'idempotency-key': 'once' });
    const [made, replayed] = [await send(), await send()];
    expect([made.status < 300, made.headers.get('idempotent-replayed')]).toEqual([true, null]);
    // Secrets are left out of what is kept.
    const { token: _, link: __, ...kept } = made.body as unknown as Record<string, unknown>;
    expect([replayed.status, replayed.body]).toEqual([made.status, kept]);
    expect(replayed.headers.get('idempotent-replayed')).toBe('true');
    expect(replayed.headers.get('location')).toBe(made.headers.get('location'));
  });
});
