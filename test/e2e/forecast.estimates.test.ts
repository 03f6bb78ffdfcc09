import { statement } from '@app/database';
import { TestApp } from '../support/app';
import { itemsOf, type TestClient } from '../support/client';
import { newFeature } from '../support/features';
import { forgetEstimates, forgetFeatures, makeHistory, refreshEstimates } from '../support/forecast-history';

const MOVE_BACK = statement(`
  UPDATE stage_transitions SET timestamp = timestamp - interval '1000 hours' WHERE feature_id = $1`);
const SET_DAY = statement('UPDATE feature_forecasts SET day = $2 WHERE feature_id = $1 AND current');

const NONE = { estimatedCompletion: null, estimatedCompletionSource: null, estimatedCompletionAsOf: null };

describe('stored forecasts', () => {
  let app: TestApp;
  let client: TestClient;

  beforeAll(async () => {
    app = await TestApp.start();
    client = app.as(await app.newUser());
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    await forgetFeatures(app.database);
    await forgetEstimates(app.database);
  });

  const create = (given?: object) => newFeature(client, given);
  const move = (id: string, toStage: string) => client.post(`/features/${id}/transitions`, { toStage });
  const estimateOf = async (id: string) => {
    const { estimatedCompletion, estimatedCompletionSource, estimatedCompletionAsOf } = (
      await client.get(`/features/${id}`)
    ).body;
    return { estimatedCompletion, estimatedCompletionSource, estimatedCompletionAsOf };
  };
  const refresh = () => refreshEstimates(app);
  /** The p85 of a forecast with what was known when the estimate was made, epoch ms. */
  const forecastAgain = async (id: string) => {
    const asOf = encodeURIComponent(String((await estimateOf(id)).estimatedCompletionAsOf));
    const forecast = await client.get(`/features/${id}/forecast?asOf=${asOf}`);
    return Date.parse(String(forecast.body.completion?.p85));
  };
  const days = async (id: string, query = '') =>
    itemsOf(await client.get(`/features/${id}/forecast/history?${query}`));

  describe('as estimates', () => {
    it('are the p85 of the forecast, the same in the list, until somebody gives a date', async () => {
      await makeHistory(app.database, 60);
      const id = await create();
      expect(await estimateOf(id)).toEqual(NONE);
      expect(await refresh()).toBe(true);
      const estimate = await estimateOf(id);
      expect(estimate.estimatedCompletionSource).toBe('forecast');
      expect(await forecastAgain(id)).toBe(Date.parse(String(estimate.estimatedCompletion)));
      const listed = itemsOf(await client.get('/features?open=true'));
      expect(listed).toEqual([(await client.get(`/features/${id}`)).body]);

      const given = '2031-01-02T03:04:05+00:00';
      const patched = await client.patch(`/features/${id}`, { estimatedCompletion: given });
      expect(patched.body).toMatchObject({
        estimatedCompletion: given,
        estimatedCompletionSource: 'given',
        estimatedCompletionAsOf: null,
      });
      const back = await client.patch(`/features/${id}`, { estimatedCompletion: null });
      expect(back.body).toMatchObject(estimate);
    });

    it('do not change the version that a client changes a feature by, but are seen to have changed', async () => {
      await makeHistory(app.database, 60);
      const id = await create();
      const etag = String((await client.get(`/features/${id}`)).headers.get('etag'));
      await refresh();
      const now = await client.get(`/features/${id}`, { 'if-none-match': etag });
      expect([now.status, now.body.estimatedCompletionSource]).toEqual([200, 'forecast']);
      expect((await client.patch(`/features/${id}`, { name: 'g' }, { 'if-match': etag })).status).toBe(200);
    });

    it('are none while history says too little, of all features or of a stage', async () => {
      await makeHistory(app.database, 9);
      const id = await create();
      expect(await refresh()).toBe(true);
      expect(await estimateOf(id)).toEqual(NONE);
      await makeHistory(app.database, 60);
      const strange = await create({ currentStage: 'deployment' });
      await refresh();
      expect((await estimateOf(id)).estimatedCompletionSource).toBe('forecast');
      expect(await estimateOf(strange)).toEqual(NONE);
      await move(id, 'testing');
      await refresh();
      expect(await estimateOf(id)).toEqual(NONE);
      expect(await days(id)).toMatchObject([{ currentStage: 'planning' }]);
    });

    it('are none where the p85 is beyond history', async () => {
      await makeHistory(app.database, 60);
      const id = await create();
      await app.database.query(MOVE_BACK, [id]);
      expect(await refresh()).toBe(true);
      expect(await days(id)).toMatchObject([{ completion: { p85: null, beyondHistory: true } }]);
      expect(await estimateOf(id)).toEqual(NONE);
    });

    it('end at once when a feature is completed, and are made anew when it is reopened', async () => {
      await makeHistory(app.database, 60);
      const id = await create();
      await refresh();
      await move(id, 'completed');
      expect(await estimateOf(id)).toEqual(NONE);
      await refresh();
      await move(id, 'development');
      expect(await estimateOf(id)).toEqual(NONE);
      await refresh();
      expect((await estimateOf(id)).estimatedCompletionSource).toBe('forecast');
      expect(await days(id)).toMatchObject([{ currentStage: 'development' }]);
    });
  });

  describe('as a history', () => {
    it('have one row a day and feature, the last one of the day', async () => {
      await makeHistory(app.database, 60);
      const id = await create();
      expect(await days(id)).toEqual([]);
      await refresh();
      await app.database.query(SET_DAY, [id, '2026-01-01']);
      await move(id, 'development');
      await refresh();
      await move(id, 'review');
      await refresh();
      const [first, last, ...more] = await days(id);
      expect(more).toEqual([]);
      expect(first).toMatchObject({
        featureId: id,
        day: '2026-01-01',
        currentStage: 'planning',
        trials: 10_000,
      });
      expect(last).toMatchObject({ currentStage: 'review', completion: { beyondHistory: false } });
      const [p50, p85] = [last?.completion?.p50, last?.completion?.p85];
      expect(Date.parse(String(p50))).toBeLessThanOrEqual(Date.parse(String(p85)));
      expect((await estimateOf(id)).estimatedCompletion).toBe(p85);
      expect(await forecastAgain(id)).toBe(Date.parse(String(p85)));
    });

    it('come page by page, of some days, in either order', async () => {
      await makeHistory(app.database, 60);
      const id = await create();
      for (const day of ['2026-01-03', '2026-01-01', '2026-01-02']) {
        await forgetEstimates(app.database);
        await refresh();
        await app.database.query(SET_DAY, [id, day]);
      }
      const namesOf = (items: Awaited<ReturnType<typeof days>>) => items.map(({ day }) => String(day));
      expect(namesOf(await days(id))).toEqual(['2026-01-01', '2026-01-02', '2026-01-03']);
      expect(namesOf(await days(id, 'sort=-day'))).toEqual(['2026-01-03', '2026-01-02', '2026-01-01']);
      expect(namesOf(await days(id, 'since=2026-01-02T23:00:00Z'))).toEqual(['2026-01-02', '2026-01-03']);
      expect(namesOf(await days(id, 'before=2026-01-02T00:00:00Z'))).toEqual(['2026-01-01']);
      const page = await client.get(`/features/${id}/forecast/history?limit=2&sort=-day&count=exact`);
      expect(page.body.total).toBe(3);
      const next = await days(id, `limit=2&sort=-day&cursor=${page.body.nextCursor}`);
      expect([...namesOf(itemsOf(page)), ...namesOf(next)]).toEqual([
        '2026-01-03',
        '2026-01-02',
        '2026-01-01',
      ]);
      const other = await client.get(`/features/${id}/forecast/history?cursor=${page.body.nextCursor}`);
      expect(other.status).toBe(400);
      const nowhere = await client.get('/features/00000000-0000-4000-8000-000000000000/forecast/history');
      expect([nowhere.status, nowhere.body.code]).toEqual([404, 'feature_not_found']);
    });

    it('go with their feature', async () => {
      await makeHistory(app.database, 60);
      const id = await create();
      await refresh();
      const admin = app.as(await app.newUser({ role: 'admin' }));
      expect((await admin.delete(`/features/${id}`)).status).toBe(204);
      expect(await refresh()).toBe(true);
    });
  });
});
