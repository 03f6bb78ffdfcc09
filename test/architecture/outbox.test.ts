import { SCENARIOS } from '../support/routes/scenarios';
import { RouteSession } from '../support/routes/session';
import { WriteLog } from '../support/write-log';

const KEYS = Object.keys(SCENARIOS);
const READS = KEYS.filter((key) => key.startsWith('GET '));
const WRITES = KEYS.filter((key) => !key.startsWith('GET '));

describe('the outbox', () => {
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

  it.each(WRITES)('has the event of %s from the transaction that wrote', async (key) => {
    const { client, call } = await session.prepare(key);
    await log.take();
    const answer = await session.succeed(client, key, call);
    const transactions = await log.take();
    expect(transactions.length).toBeGreaterThan(0);
    expect(transactions.filter(({ tables }) => !tables.includes('events'))).toEqual([]);
    const events = await log.eventsOf(answer.headers.get('x-request-id') ?? '');
    expect(events.length).toBeGreaterThan(0);
  });

  it.each(READS)('has nothing from %s, which writes nothing', async (key) => {
    const { client, call } = await session.prepare(key);
    await log.take();
    await session.succeed(client, key, call);
    expect(await log.take()).toEqual([]);
  });
});
