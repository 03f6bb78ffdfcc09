import { codesOf, jsonBodyOf } from '../support/routes/document';
import { hostileBodies } from '../support/routes/hostile-bodies';
import { hostileForms } from '../support/routes/hostile-forms';
import {
  hostileCallers,
  hostileHeaders,
  hostilePaths,
  hostileQueries,
} from '../support/routes/hostile-parameters';
import { flaw, type HostileRequest } from '../support/routes/hostile-request';
import type { Call } from '../support/routes/scenario';
import { SCENARIOS } from '../support/routes/scenarios';
import { RouteSession } from '../support/routes/session';
import type { TestClient } from '../support/client';
import { WriteLog } from '../support/write-log';

const KEYS = Object.keys(SCENARIOS).filter((key) => key.includes('/api/v1/'));
const AT_ONCE = 8;

describe('hostile input', () => {
  let session: RouteSession;
  let log: WriteLog;

  beforeAll(async () => {
    session = await RouteSession.start();
    log = await WriteLog.install(session.app.databaseUrl);
  });
  afterAll(async () => {
    await log.close();
    await session.close();
  });

  const hostileRequests = (key: string, { path, body }: Call): HostileRequest[] => {
    const operation = session.operation(key);
    const schema = jsonBodyOf(session.document, operation);
    const taken = Object.keys(operation.requestBody?.content ?? {});
    const all: HostileRequest[] = [
      ...(schema ? hostileBodies(schema, body as Record<string, unknown>, session.schemas) : []),
      ...(body instanceof FormData ? hostileForms(body) : []),
      ...hostileQueries(operation, path, session.schemas),
      ...hostilePaths(operation, path),
      ...hostileHeaders(operation),
      ...hostileCallers(operation),
    ];
    // A few routes take other types than JSON too.
    const isTaken = ({ statuses, headers }: HostileRequest) =>
      statuses.includes(415) && taken.includes(headers?.['content-type'] ?? '');
    return all.filter((request) => !isTaken(request));
  };

  /** Sends one, with what the scenario has for whatever it leaves out. @returns what is wrong with the answer */
  const attack = async (key: string, client: TestClient, call: Call, hostile: HostileRequest) => {
    const { path = call.path, body = call.body, headers = {} } = hostile;
    const operation = session.operation(key);
    const answer = await client.send(operation.method, path, body, headers);
    const wrong = flaw(hostile, answer);
    if (wrong !== undefined) return wrong;
    const undocumented = session.schemas.problemsOf(operation, answer);
    if (!codesOf(operation, answer.status).includes(answer.body.code ?? ''))
      undocumented.push('its code is not documented');
    return undocumented.length ? `${hostile.name} → ${answer.text}: ${undocumented.join()}` : undefined;
  };

  it.each(KEYS)('is refused by %s, field by field, and writes nothing', async (key) => {
    const { client, call } = await session.prepare(key);
    const waiting = hostileRequests(key, call);
    expect(waiting.length).toBeGreaterThan(session.operation(key).parameters.length);
    await log.take();
    const flaws: string[] = [];
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const found = await attack(key, client, call, next);
        if (found !== undefined) flaws.push(found);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    expect({ found: flaws.length, first: flaws.slice(0, 5) }).toEqual({ found: 0, first: [] });
    expect(await log.take()).toEqual([]);
    expect((await session.send(client, key, call)).status).toBeLessThan(300);
  });
});
