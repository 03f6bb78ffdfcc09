import { jsonBodyOf } from '../support/routes/document';
import { SCENARIOS } from '../support/routes/scenarios';
import { RouteSession } from '../support/routes/session';

/** What belongs to the system, or to admins: with a value that it could have. */
const FOREIGN: Readonly<Record<string, unknown>> = {
  role: 'admin',
  status: 'active',
  id: '00000000-0000-4000-8000-000000000000',
  createdAt: '2020-01-01T00:00:00Z',
  passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA',
  createdBy: '00000000-0000-4000-8000-000000000000',
  userId: '00000000-0000-4000-8000-000000000000',
  actorId: '00000000-0000-4000-8000-000000000000',
};

const WRITES = Object.keys(SCENARIOS).filter((key) => !key.startsWith('GET '));

describe('a body', () => {
  let session: RouteSession;

  beforeAll(async () => {
    session = await RouteSession.start();
  });
  afterAll(() => session.close());

  it.each(WRITES)('of %s cannot write what is not its own', async (key) => {
    const operation = session.operation(key);
    const own = jsonBodyOf(session.document, operation)?.properties;
    if (!own) return;
    const { client, call } = await session.prepare(key);
    const foreign = Object.entries(FOREIGN).filter(([name]) => !(name in own));
    expect(foreign.length).toBeGreaterThan(4);
    for (const [name, value] of foreign) {
      const body = { ...(call.body as object | undefined), [name]: value };
      const answer = await client.send(operation.method, call.path, body);
      expect([name, answer.status]).toEqual([name, 400]);
      expect(answer.body.errors).toMatchObject([{ in: 'body', pointer: `#/${name}`, code: 'unknown_field' }]);
    }
  });
});
