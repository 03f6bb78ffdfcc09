import { statement } from '@app/database';
import { EventRelay } from '../../apps/api/src/events/event.relay';
import { EstimatesKeeper } from '../../apps/api/src/features/forecast/estimates-keeper';
import { TestApp } from '../support/app';
import { itemsOf, type TestClient } from '../support/client';
import { newFeature } from '../support/features';
import { forgetFeatures, makeHistory } from '../support/forecast-history';
import { until } from '../support/until';

const NO_PAUSE = statement('UPDATE forecast_state SET took_ms = 0');
const FORGET = statement('DELETE FROM forecast_state');
const LOCK = statement(`SELECT pg_advisory_xact_lock(hashtextextended('feature_forecasts', 0))`);
const AGE = statement(`UPDATE forecast_state SET as_of = as_of - make_interval(mins => $1)`);
const SLOW = statement('UPDATE forecast_state SET took_ms = 60000');
const MOVE_BACK = statement(`
  UPDATE stage_transitions SET timestamp = timestamp - interval '1000 hours' WHERE feature_id = $1`);
const SET_DAY = statement('UPDATE feature_forecasts SET day = $2 WHERE feature_id = $1 AND current');

const PAUSE = statement(`
  INSERT INTO installation_state (id, paused_at) VALUES (true, now()) ON CONFLICT (id) DO UPDATE SET paused_at = now()`);
const RESUME = statement('UPDATE installation_state SET paused_at = NULL');

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
    await app.database.query(FORGET);
  });

  const create = (given?: object) => newFeature(client, given);
  const move = (id: string, toStage: string) => client.post(`/features/${id}/transitions`, { toStage });
  const estimateOf = async (id: string) => {
    const { estimatedCompletion, estimatedCompletionSource, estimatedCompletionAsOf } = (
      await client.get(`/features/${id}`)
    ).body;
    return { estimatedCompletion, estimatedCompletionSource, estimatedCompletionAsOf };
  };
  /** As if enough time had gone by since the last time. */
  const refresh = async (): Promise<boolean> => {
    await app.get(EventRelay).catchUp();
    await app.database.query(NO_PAUSE);
    return app.get(EstimatesKeeper).refresh();
  };
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
        await app.database.query(FORGET);
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

  describe('are made', () => {
    it('when something happened that they rest on, and else every hour', async () => {
      await makeHistory(app.database, 60);
      const [id, other] = [await create(), await create()];
      expect(await refresh()).toBe(true);
      expect(await refresh()).toBe(false);
      await client.patch(`/features/${id}`, { name: 'g' });
      expect(await refresh()).toBe(false);
      await client.put(`/features/${id}/dependencies/${other}`, {});
      expect(await refresh()).toBe(true);
      await client.delete(`/features/${id}/dependencies/${other}`);
      expect(await refresh()).toBe(true);
      await app.database.query(AGE, [59]);
      expect(await refresh()).toBe(false);
      await app.database.query(AGE, [2]);
      expect(await refresh()).toBe(true);
      // The clock was set back.
      await app.database.query(AGE, [-600]);
      expect(await refresh()).toBe(true);
    });

    it('for a twentieth of the time at most, however long they take', async () => {
      await makeHistory(app.database, 60);
      const id = await create();
      expect(await refresh()).toBe(true);
      await move(id, 'development');
      await app.get(EventRelay).catchUp();
      await app.database.query(SLOW);
      expect(await app.get(EstimatesKeeper).refresh()).toBe(false);
      await app.database.query(AGE, [21]);
      expect(await app.get(EstimatesKeeper).refresh()).toBe(true);
    });

    it('by one process at a time, which others do not wait for', async () => {
      await makeHistory(app.database, 60);
      const id = await create();
      await app.database.transaction(async (tx) => {
        await tx.query(LOCK);
        expect(await refresh()).toBe(false);
      });
      const both = await Promise.all([refresh(), refresh()]);
      expect(both.toSorted()).toEqual([false, true]);
      expect((await estimateOf(id)).estimatedCompletionSource).toBe('forecast');
    });

    it('not while work is paused', async () => {
      await app.database.query(PAUSE);
      try {
        expect(await refresh()).toBe(false);
      } finally {
        await app.database.query(RESUME);
      }
      expect(await refresh()).toBe(true);
    });

    it('while a feature is being deleted, without it and without waiting', async () => {
      await makeHistory(app.database, 60);
      const [gone, id] = [await create(), await create()];
      await app.database.transaction(async (tx) => {
        await tx.query(statement('DELETE FROM features WHERE id = $1'), [gone]);
        expect(await refresh()).toBe(true);
      });
      expect((await estimateOf(id)).estimatedCompletionSource).toBe('forecast');
    });

    it('by a running application, without being asked', async () => {
      await makeHistory(app.database, 60);
      const id = await create();
      const other = await TestApp.start(
        { FORECAST_INTERVAL_SECONDS: '1', JOBS: 'on' },
        { shared: app.databaseUrl },
      );
      try {
        await until(async () => (await estimateOf(id)).estimatedCompletionSource === 'forecast');
      } finally {
        await other.close();
      }
    });
  });
});
