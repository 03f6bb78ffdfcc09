import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '@app/database';
import { CLEAR_AUDIT, CLEAR_EVENTS } from '../../apps/api/src/maintenance/clearing.queries';

const EVENTS = 50_000;

/** Half an hour between two; one of twenty is about an account. */
const SEED = `
  INSERT INTO events (time, type, subject_type, subject_id, position)
  SELECT now() - (${EVENTS} - i) * interval '30 minutes', 'task.updated',
         CASE WHEN i % 20 = 0 THEN 'user' ELSE 'task' END, gen_random_uuid(), i
  FROM generate_series(1, ${EVENTS}) i`;

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

describe('what removes old events', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client(database.url);
    await client.connect();
    await client.query(SEED);
    await client.query('VACUUM ANALYZE events');
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it.each([
    ['all but accounts, many old', CLEAR_EVENTS, 365],
    ['all but accounts, none old', CLEAR_EVENTS, 3650],
    ['accounts, many old', CLEAR_AUDIT, 365],
    ['accounts, none old', CLEAR_AUDIT, 3650],
  ])('reads no table whole: %s', async (_what, { text }, days) => {
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await client.query(`DEALLOCATE ALL; SET plan_cache_mode = ${mode}`);
      await client.query(`PREPARE clear AS ${text}`);
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `EXPLAIN (FORMAT JSON) EXECUTE clear(${days}, 2000)`,
      );
      const nodes = rows.flatMap((row) => nodesOf(row['QUERY PLAN'][0].Plan));
      const kinds = nodes
        .filter((node) => node['Relation Name'] === 'events')
        .map((node) => node['Node Type']);
      expect([mode, kinds]).toEqual([mode, expect.not.arrayContaining(['Seq Scan'])]);
      expect(kinds.length).toBeGreaterThan(1);
    }
  });
});
