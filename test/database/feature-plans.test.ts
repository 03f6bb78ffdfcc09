import { createTestDatabase, type Queryable, type Statement, type TestDatabase } from '@app/database';
import { Client } from 'pg';
import { containing } from '../../apps/api/src/features/feature.filters';
import { featureList } from '../../apps/api/src/features/feature.queries';

describe('the plan of GET /features', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client(database.url);
    await client.connect();
    await client.query(
      `INSERT INTO features (name, description, current_stage)
       SELECT 'Feature ' || md5(i::text), repeat(md5(i::text || 'x') || ' ', 10), 'planning' FROM generate_series(1, 20000) i`,
    );
    await client.query('VACUUM ANALYZE features');
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it.each(['c4ca4238a0b9', '100%_'])('finds %s in names and descriptions by an index', async (q) => {
    const asked: [Statement, readonly unknown[]][] = [];
    const on: Queryable = {
      query: (statement, values = []) => {
        asked.push([statement, values]);
        return Promise.resolve([]);
      },
    };
    await featureList.page(on, { limit: 20, count: true, filters: { pattern: containing(q) } });
    expect(asked).toHaveLength(2);
    for (const [{ text }, values] of asked) {
      const { rows } = await client.query(`EXPLAIN (FORMAT JSON) ${text}`, [...values]);
      const plan = JSON.stringify(rows);
      expect([plan.includes('idx_features_text'), plan.includes('"Node Type":"Seq Scan"')]).toEqual([
        true,
        false,
      ]);
    }
  });
});
