import { TestApp } from '../support/app';
import type { TestClient } from '../support/client';
import { makeHistory } from '../support/forecast-history';

describe('GET /features/analytics/backtest', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
    await makeHistory(app.database, 120);
  });
  afterAll(() => app.close());

  it('tells how often forecasts of the past held, with all steps of the model and without some', async () => {
    const { status, body } = await client.get('/features/analytics/backtest?trials=200&cases=60');
    expect(status).toBe(200);
    expect(body).toMatchObject({ ageMs: 0, trials: 200, forecasts: 60, tooEarly: 0 });
    const percentiles = body.percentiles as unknown as {
      percentile: number;
      hitRate: number;
      cases: number;
    }[];
    expect(percentiles.map(({ percentile }) => percentile)).toEqual([50, 70, 85, 95]);
    for (const { percentile, hitRate } of percentiles)
      expect(Math.abs(hitRate * 100 - percentile)).toBeLessThan(20);
    const all = await client.get('/features/analytics/backtest?trials=200&cases=60&without=fading,author');
    expect([body.without, all.body.without] as unknown).toEqual([[], ['author', 'fading']]);
    expect(all.body.percentiles as unknown).not.toEqual(percentiles);
  });

  it('refuses what cannot be', async () => {
    for (const query of ['ageHours=-1', 'cases=0', 'cases=2001', 'trials=5001', 'asOf=2020-01-01T00:00:00Z'])
      expect([query, (await client.get(`/features/analytics/backtest?${query}`)).status]).toEqual([
        query,
        400,
      ]);
  });
});
