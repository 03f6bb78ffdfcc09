import { Client } from 'pg';
import { SESSION_IN_USE } from '../../apps/api/src/auth/sessions.queries';
import type { TestClient } from '../support/client';
import { operationsOf } from '../support/routes/document';
import { RouteSession } from '../support/routes/session';

/** The page, and whether what it is a page of is there at all; `count=exact` asks one more. */
const MOST_STATEMENTS = 2;

type Query = (this: unknown, ...args: unknown[]) => unknown;

/** Notes the text of every statement that leaves this process while it listens. */
class Statements {
  private readonly original = Client.prototype.query as unknown as Query;
  readonly sent: string[] = [];

  listen(): void {
    const { original, sent } = this;
    (Client.prototype as { query: Query }).query = function (...args) {
      const [query] = args;
      sent.push(typeof query === 'string' ? query : ((query as { text?: string }).text ?? ''));
      return original.apply(this, args);
    };
  }

  /** Those since the last call, but for the check of the credentials. */
  take(): string[] {
    return this.sent.splice(0).filter((text) => text !== SESSION_IN_USE.text);
  }

  stop(): void {
    (Client.prototype as { query: Query }).query = this.original;
  }
}

/** Texts that are in both, as often as they are in both. */
function inCommon(texts: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return texts.filter((text) => left.includes(text) && left.splice(left.indexOf(text), 1).length > 0);
}

describe('the statements of lists', () => {
  const statements = new Statements();
  let session: RouteSession;
  let lists: string[];

  beforeAll(async () => {
    session = await RouteSession.start();
    const pages = operationsOf(session.document).filter(({ method, parameters }) => {
      return method === 'GET' && parameters.some(({ name }) => name === 'cursor');
    });
    lists = pages.map(({ key }) => key);
  });
  afterEach(() => statements.stop());
  afterAll(() => session.close());

  /** What one request sends. Jobs that run by themselves send too: what a few requests have in common is what it takes. */
  async function statementsOf(client: TestClient, path: string): Promise<string[]> {
    expect([path, (await client.get(path)).status]).toEqual([path, 200]);
    const runs: string[][] = [];
    for (let run = 0; run < 4; run++) {
      statements.listen();
      statements.take();
      await client.get(path);
      runs.push(statements.take());
      statements.stop();
    }
    return runs.reduce(inCommon);
  }

  it('are few, however many rows a page has', async () => {
    expect(lists.length).toBeGreaterThan(8);
    for (const key of lists) {
      const { client, call } = await session.prepare(key);
      const counted = session.operation(key).parameters.some(({ name }) => name === 'count');
      const queries = [
        { query: '?limit=100', most: MOST_STATEMENTS },
        ...(counted ? [{ query: '?limit=100&count=exact', most: MOST_STATEMENTS + 1 }] : []),
      ];
      for (const { query, most } of queries) {
        const sent = await statementsOf(client, `${call.path}${query}`);
        const few = sent.length > 0 && sent.length <= most;
        expect([key, query, few ? 'few' : sent]).toEqual([key, query, 'few']);
      }
    }
  });
});
