import { statement } from '@app/database';
import { TestApp } from '../support/app';
import type { Json, TestClient } from '../support/client';
import { makeHistory } from '../support/forecast-history';

const FEATURES = 1000;
const LAYER = 334;

/** $1 how many open features, all of one moment; answers them in the order of their names with it. */
const MAKE_OPEN = statement(`
  WITH moment AS MATERIALIZED (SELECT date_trunc('milliseconds', clock_timestamp()) AS time), made AS (
    INSERT INTO features (name, description, current_stage, start_time)
    SELECT 'open ' || lpad(n::text, 4, '0'), '', 'planning', time FROM generate_series(1, $1::int) n, moment
    RETURNING id, name, start_time
  ), entered AS (
    INSERT INTO stage_transitions (feature_id, to_stage, timestamp) SELECT id, 'planning', start_time FROM made
  )
  SELECT id, to_json(start_time) #>> '{}' AS time FROM made ORDER BY name`);

/** $1 ids, in three layers: each of the second and third waits for three of the layer before. */
const MAKE_DEPENDENCIES = statement(`
  INSERT INTO feature_dependencies (feature_id, depends_on_id, type, created_at)
  SELECT a.id, b.id, CASE WHEN (a.n + step) % 5 = 0 THEN 'finish_to_finish' ELSE 'finish_to_start' END, f.start_time
  FROM unnest($1::uuid[]) WITH ORDINALITY AS a (id, n) JOIN features f ON f.id = a.id
  CROSS JOIN (VALUES (0), (17), (43)) AS steps (step)
  JOIN unnest($1::uuid[]) WITH ORDINALITY AS b (id, n)
    ON a.n > ${LAYER} AND b.n = a.n - ${LAYER} - (a.n - 1) % ${LAYER} + (a.n - 1 + step) % ${LAYER}
  RETURNING feature_id || ' ' || depends_on_id AS pair`);

const DROP = statement(`
  DELETE FROM feature_dependencies WHERE feature_id || ' ' || depends_on_id = ANY($1::text[])
  RETURNING feature_id, depends_on_id, type, to_json(created_at) #>> '{}' AS made`);
const PUT_BACK = statement(`
  INSERT INTO feature_dependencies (feature_id, depends_on_id, type, created_at) VALUES ($1, $2, $3, $4)`);

interface Item {
  readonly featureId: string;
  readonly completion: Readonly<Record<string, unknown>>;
}

describe(`suppositions about ${FEATURES} features`, () => {
  let app: TestApp;
  let client: TestClient;
  let ids: string[];
  let pairs: string[];
  let asOf: string;
  let usual: Map<string, Item['completion']>;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
    await makeHistory(app.database, 200);
    const made = await app.database.query<{ id: string; time: string }>(MAKE_OPEN, [FEATURES]);
    ids = made.map(({ id }) => id);
    asOf = encodeURIComponent(made[0]?.time ?? '');
    pairs = (await app.database.query<{ pair: string }>(MAKE_DEPENDENCIES, [ids])).map(({ pair }) => pair);
    usual = await forecast();
  });
  afterAll(() => app.close());

  async function forecast(...suppositions: string[]): Promise<Map<string, Item['completion']>> {
    const whatIf = suppositions.length ? `&whatIf=${suppositions.join()}` : '';
    const answer = await client.get(`/features/forecast?trials=200&asOf=${asOf}${whatIf}`);
    expect(answer.status).toBe(200);
    const items = answer.body.items as Json as unknown as Item[];
    return new Map(items.map(({ featureId, completion }) => [featureId, completion]));
  }

  const feature = (n: number) => ids[n] ?? '';
  const dropped = (some: readonly string[]) => some.map((pair) => `drop:${pair.replace(' ', ':')}`);
  const onto = (id: string) => pairs.filter((pair) => pair.endsWith(id));
  const p50 = (of: Map<string, Item['completion']>, id: string) => Date.parse(String(of.get(id)?.['p50']));

  it('drop dependencies as if they were not there', async () => {
    const some = pairs.filter((_, i) => i % 15 === 0);
    expect(some.length).toBeGreaterThan(100);
    const supposed = await forecast(...dropped(some));
    const removed = await app.database.query<
      Record<'feature_id' | 'depends_on_id' | 'type' | 'made', string>
    >(DROP, [some]);
    expect(removed).toHaveLength(some.length);
    try {
      expect(supposed).toEqual(await forecast());
    } finally {
      for (const { feature_id, depends_on_id, type, made } of removed)
        await app.database.query(PUT_BACK, [feature_id, depends_on_id, type, made]);
    }
    expect(supposed).not.toEqual(usual);
    expect(await forecast()).toEqual(usual);
  });

  it('finish features, so that what waits for them waits no more', async () => {
    const [one, other] = [feature(100), feature(500)];
    const supposed = await forecast(`finish:${one}`, `finish:${other}`);
    expect(supposed.size).toBe(FEATURES - 2);
    const freed = await forecast(...dropped([...onto(one), ...onto(other)]));
    freed.delete(one);
    freed.delete(other);
    expect(supposed).toEqual(freed);
    const earlier = [...supposed.keys()].filter((id) => p50(supposed, id) < p50(usual, id));
    expect(earlier.length).toBeGreaterThan(0);
    expect(earlier.length).toBeLessThan(FEATURES / 2);
  });

  it('limit how many are in progress, which changes nothing where there is room for all', async () => {
    expect(await forecast(`capacity:${FEATURES}`)).toEqual(usual);
    const few = await forecast('capacity:20');
    const last = feature(FEATURES - 1);
    expect(p50(few, last)).toBeGreaterThan(p50(usual, last));
    for (const id of ids) expect(p50(few, id)).toBeGreaterThanOrEqual(p50(usual, id));
  });

  it('hold together', async () => {
    const one = feature(300);
    const some = pairs.filter((pair, i) => i % 40 === 7 && !pair.includes(one));
    const apart = await forecast(...dropped([...some, ...onto(one)]));
    apart.delete(one);
    const together = [...dropped(some), `finish:${one}`];
    expect(await forecast(...together, `capacity:${FEATURES}`)).toEqual(apart);
    expect(await forecast(...together.toReversed())).toEqual(apart);
    const crowded = await forecast(...together, 'capacity:20');
    for (const id of apart.keys()) expect(p50(crowded, id)).toBeGreaterThanOrEqual(p50(apart, id));
  });
});
