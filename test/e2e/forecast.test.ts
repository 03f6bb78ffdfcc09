import { statement } from '@app/database';
import { TestApp } from '../support/app';
import type { Json, TestClient } from '../support/client';
import { newFeature } from '../support/features';
import { forgetFeatures, makeHistory } from '../support/forecast-history';

const MOVE_BACK = statement(`
  UPDATE stage_transitions SET timestamp = timestamp - make_interval(hours => $2) WHERE feature_id = $1`);

/** Who made a feature: $1 those that took longer than most, $2 the others; the other one moved it on. */
const SET_AUTHORS = statement(`
  WITH took AS (
    SELECT feature_id, min(timestamp) AS began, max(timestamp) - min(timestamp) AS took FROM stage_transitions GROUP BY feature_id
  ), middle AS (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS took FROM took)
  UPDATE stage_transitions t SET actor_id = CASE WHEN (took.took > middle.took) = (t.timestamp = took.began) THEN $1::uuid ELSE $2::uuid END
  FROM took, middle WHERE t.feature_id = took.feature_id`);

type Completion = Record<'p50' | 'p70' | 'p85' | 'p95', string | null> & { beyondHistory: boolean };
interface Item {
  featureId: string;
  asked: boolean;
  currentStage: string;
  ageMs: number;
  completion: Completion;
  criticality: number;
  missing: unknown[];
}
interface Forecast {
  asOf: string;
  seed: number;
  trials: number;
  capacity: number | null;
  completion: Completion;
  histogram: { bins: { from: string; to: string; share: number }[]; later: number; beyondHistory: number };
  items: Item[];
  samples: { completed: number; running: number; effective: number; stages: unknown[] };
}

describe('forecasts', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterAll(() => app.close());
  beforeEach(() => forgetFeatures(app.database));

  const create = (currentStage = 'planning') => newFeature(client, { currentStage });
  const move = (id: string, toStage: string) => client.post(`/features/${id}/transitions`, { toStage });
  const forecast = async (path: string): Promise<Forecast> => {
    const answer = await client.get(path);
    expect(answer.status).toBe(200);
    return answer.body as Json as unknown as Forecast;
  };
  const refusal = async (path: string) => {
    const { status, body } = await client.get(path);
    return [status, body.code];
  };
  const p50 = ({ completion }: { completion: Completion }) => Date.parse(completion.p50 ?? '');

  it('are refused while there is too little history, with what is missing', async () => {
    await makeHistory(app.database, 4);
    const id = await create();
    const { status, body } = await client.get(`/features/${id}/forecast`);
    expect([status, body.code]).toEqual([422, 'insufficient_history']);
    expect(body.missing).toEqual([
      { what: 'completed_features', stage: null, needed: 10, found: 4 },
      { what: 'ended_stays', stage: 'planning', needed: 10, found: 4 },
    ]);
    expect(await refusal('/features/forecast')).toEqual([422, 'insufficient_history']);
    expect(await refusal('/features/analytics/backtest')).toEqual([422, 'insufficient_history']);
  });

  it('answer dates, a histogram, criticality, samples and the seed; the same seed, the same answer', async () => {
    await makeHistory(app.database, 60);
    const id = await create();
    const path = `/features/${id}/forecast?trials=2000&seed=7`;
    const first = await forecast(path);
    const { p50: median, p70, p85, p95 } = first.completion;
    const dates = [first.asOf, median, p70, p85, p95].map((date) => Date.parse(date ?? ''));
    expect(dates).toEqual(dates.toSorted((a, b) => a - b));
    expect([first.seed, first.trials, first.capacity]).toEqual([7, 2000, null]);
    const { bins, later, beyondHistory } = first.histogram;
    expect(bins.reduce((sum, { share }) => sum + share, 0) + later + beyondHistory).toBeCloseTo(1, 9);
    expect(first.items).toHaveLength(1);
    expect(first.items[0]).toMatchObject({ featureId: id, asked: true, criticality: 1, missing: [] });
    expect(first.items[0]?.completion).toEqual(first.completion);
    expect(first.samples).toMatchObject({ completed: 60, running: 1 });
    const { asOf } = first;
    expect(await forecast(`${path}&asOf=${asOf}`)).toEqual(first);
    expect(await forecast(`${path}&asOf=${asOf}`)).toEqual(first);
    const other = await forecast(`/features/${id}/forecast?trials=2000&seed=8&asOf=${asOf}`);
    expect(other.histogram).not.toEqual(first.histogram);
    expect(
      (await forecast(`/features/forecast?ids=${id}&trials=2000&seed=7&asOf=${asOf}`)).completion,
    ).toEqual(first.completion);
  });

  it('are made anew when something has moved, and in the past know nothing of it', async () => {
    await makeHistory(app.database, 60);
    const id = await create();
    const before = await forecast(`/features/${id}/forecast`);
    await move(id, 'development');
    const after = await forecast(`/features/${id}/forecast`);
    expect([before.items[0]?.currentStage, after.items[0]?.currentStage]).toEqual([
      'planning',
      'development',
    ]);
    expect(await forecast(`/features/${id}/forecast?asOf=${before.asOf}`)).toEqual(before);
    await move(id, 'completed');
    expect(await refusal(`/features/${id}/forecast`)).toEqual([422, 'nothing_to_forecast']);
    expect(await forecast(`/features/${id}/forecast?asOf=${before.asOf}`)).toEqual(before);
    expect(await refusal(`/features/${id}/forecast?asOf=2001-01-01T00:00:00Z`)).toEqual([
      422,
      'nothing_to_forecast',
    ]);
  });

  it('draw the time in a stage given that it has lasted so long already', async () => {
    await makeHistory(app.database, 60);
    const id = await create('review');
    const fresh = await forecast(`/features/${id}/forecast`);
    await app.database.query(MOVE_BACK, [id, 23]);
    const aged = await forecast(`/features/${id}/forecast`);
    const rest = (made: Forecast) => (p50(made) - Date.parse(made.asOf)) / 3_600_000;
    expect(rest(fresh)).toBeGreaterThan(8);
    expect(rest(aged)).toBeLessThan(2);
    // `asOf` may be up to a minute ago.
    expect(aged.items[0]?.ageMs).toBeGreaterThanOrEqual(23 * 3_600_000 - 60_000);
    await app.database.query(MOVE_BACK, [id, 1000]);
    const older = await forecast(`/features/${id}/forecast`);
    expect(older.completion).toEqual({ p50: null, p70: null, p85: null, p95: null, beyondHistory: true });
    expect(older.histogram).toEqual({ bins: [], later: 0, beyondHistory: 1 });
  });

  it('look at the features of who made it more than at those of others', async () => {
    await makeHistory(app.database, 60);
    const [slow, quick] = [await app.newUser(), await app.newUser()];
    await app.database.query(SET_AUTHORS, [slow.id, quick.id]);
    const ids = [];
    for (const user of [slow, quick, null]) {
      const as = user ? app.as(user) : client;
      ids.push(await newFeature(as, { currentStage: 'planning' }));
    }
    const { items } = await forecast(`/features/forecast?trials=5000`);
    const [later, earlier, between] = ids.map((id) => items.find(({ featureId }) => featureId === id));
    if (!later || !earlier || !between) throw new Error('a forecast of each');
    expect(p50(earlier)).toBeLessThan(p50(between));
    expect(p50(between)).toBeLessThan(p50(later));
  });

  it('wait for what has to be completed before, unless that is supposed otherwise', async () => {
    await makeHistory(app.database, 60);
    const [before, id] = [await create(), await create()];
    await client.put(`/features/${id}/dependencies/${before}`, {});
    const path = `/features/${id}/forecast?trials=2000`;
    const made = await forecast(path);
    expect(
      made.items.map(({ featureId, asked, criticality }) => [featureId, asked, criticality]).toSorted(),
    ).toEqual(
      [
        [before, false, 1],
        [id, true, 1],
      ].toSorted(),
    );
    const waited = made.items.find(({ featureId }) => featureId === before);
    expect(p50(made)).toBeGreaterThan(p50(waited ?? made));
    const dropped = await forecast(`${path}&whatIf=drop:${id}:${before}`);
    const finished = await forecast(`${path}&whatIf=finish:${before}`);
    expect(dropped.items.map(({ featureId }) => featureId)).toEqual([id]);
    expect(finished.items.map(({ featureId }) => featureId)).toEqual([id]);
    expect(p50(dropped)).toBeLessThan(p50(made));
    expect(p50(finished)).toBe(p50(dropped));
  });

  it('of a set end with its last one, later when fewer may be in progress at once', async () => {
    await makeHistory(app.database, 60);
    for (let i = 0; i < 4; i++) await create();
    const open = await forecast('/features/forecast?trials=1000');
    expect(open.items).toHaveLength(4);
    for (const item of open.items) expect(p50(item)).toBeLessThanOrEqual(p50(open));
    expect(open.items.reduce((sum, { criticality }) => sum + criticality, 0)).toBeCloseTo(1, 9);
    const one = await forecast('/features/forecast?trials=1000&capacity=1');
    expect(p50(one) - Date.parse(one.asOf)).toBeGreaterThan(1.5 * (p50(open) - Date.parse(open.asOf)));
    expect((await forecast('/features/forecast?trials=1000&whatIf=capacity:1')).completion).toEqual(
      one.completion,
    );
  });

  it('of a set say which features history knows too little about', async () => {
    await makeHistory(app.database, 60);
    const [known, strange] = [await create(), await create('deployment')];
    const { items, completion } = await forecast('/features/forecast');
    expect(items.find(({ featureId }) => featureId === known)?.missing).toEqual([]);
    expect(items.find(({ featureId }) => featureId === strange)).toMatchObject({
      missing: [{ what: 'ended_stays', stage: 'deployment', needed: 10, found: 0 }],
      completion: { p50: null, beyondHistory: true },
    });
    expect(completion.p50).toBeNull();
  });

  it('refuse what cannot be', async () => {
    await makeHistory(app.database, 60);
    const id = await create();
    const nobody = '00000000-0000-4000-8000-000000000000';
    expect(await refusal(`/features/${nobody}/forecast`)).toEqual([404, 'feature_not_found']);
    expect(await refusal(`/features/forecast?ids=${id},${nobody}`)).toEqual([404, 'feature_not_found']);
    expect(await refusal(`/features/forecast?whatIf=finish:${nobody}`)).toEqual([404, 'feature_not_found']);
    expect(await refusal(`/features/forecast?whatIf=drop:${id}:${nobody}`)).toEqual([
      404,
      'dependency_not_found',
    ]);
    expect(await refusal(`/features/forecast?asOf=9999-01-01T00:00:00Z`)).toEqual([422, 'as_of_in_future']);
    expect(await refusal(`/features/forecast?whatIf=finish:${id}`)).toEqual([422, 'nothing_to_forecast']);
    for (const query of [
      'trials=99',
      'trials=20001',
      'trials=1e3',
      'seed=-1',
      'seed=99999999999999999999',
      'capacity=0',
      'ids=x',
      'ids=',
      'asOf=today',
      'asOf=0000-01-01T00:00:00Z',
      'whatIf=drop',
      'whatIf=drop:a:b',
      `whatIf=finish:${id}:${id}`,
      'whatIf=capacity:0',
      'whatIf=%00',
      'unknown=1',
    ])
      expect([query, (await client.get(`/features/forecast?${query}`)).status]).toEqual([query, 400]);
    expect((await client.get('/features/not-a-uuid/forecast')).status).toBe(400);
  });
});
