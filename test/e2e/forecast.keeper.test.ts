import { statement } from '@app/database';
import { EventRelay } from '../../apps/api/src/events/event.relay';
import { EstimatesKeeper } from '../../apps/api/src/features/forecast/estimates-keeper';
import { TestApp } from '../support/app';
import type { TestClient } from '../support/client';
import { newFeature } from '../support/features';
import { forgetEstimates, forgetFeatures, makeHistory, refreshEstimates } from '../support/forecast-history';
import { until } from '../support/until';

const LOCK = statement(`SELECT pg_advisory_xact_lock(hashtextextended('feature_forecasts', 0))`);
const AGE = statement(`UPDATE forecast_state SET as_of = as_of - make_interval(mins => $1)`);
const SLOW = statement('UPDATE forecast_state SET took_ms = 60000');
const PAUSE = statement(`
  INSERT INTO installation_state (id, paused_at) VALUES (true, now()) ON CONFLICT (id) DO UPDATE SET paused_at = now()`);
const RESUME = statement('UPDATE installation_state SET paused_at = NULL');

describe('stored forecasts are made', () => {
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

  const create = () => newFeature(client);
  const move = (id: string, toStage: string) => client.post(`/features/${id}/transitions`, { toStage });
  const refresh = () => refreshEstimates(app);
  const sourceOf = async (id: string) => (await client.get(`/features/${id}`)).body.estimatedCompletionSource;

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
    expect(await sourceOf(id)).toBe('forecast');
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
    expect(await sourceOf(id)).toBe('forecast');
  });

  it('by a running application, without being asked', async () => {
    await makeHistory(app.database, 60);
    const id = await create();
    const other = await TestApp.start(
      { FORECAST_INTERVAL_SECONDS: '1', JOBS: 'on' },
      { shared: app.databaseUrl },
    );
    try {
      await until(async () => (await sourceOf(id)) === 'forecast');
    } finally {
      await other.close();
    }
  });
});
