import { statement } from '@app/database';
import { makeHistory } from '../forecast-history';
import type { Scenarios } from './scenario';

const MAKE_FORECAST = statement(`
  INSERT INTO feature_forecasts (feature_id, day, as_of, current_stage, trials, p50, p70, p85, p95, current)
  SELECT id, '2026-03-02', now(), current_stage, 10000, now(), now() + interval '1 day', now() + interval '9 days', NULL, true
  FROM features WHERE id = $1`);

/** Forecasts, which need something to be forecast from. */
export const FORECAST_SCENARIOS: Scenarios = {
  'GET /api/v1/features/{id}/forecast': {
    prepare: async (world, actor) => {
      await makeHistory(world.app.database, 12);
      return { path: `/features/${await world.feature(actor)}/forecast` };
    },
  },
  'GET /api/v1/features/forecast': {
    prepare: async (world, actor) => {
      await makeHistory(world.app.database, 12);
      return { path: `/features/forecast?ids=${await world.feature(actor)}` };
    },
  },
  'GET /api/v1/features/{id}/forecast/history': {
    prepare: async (world, actor) => {
      await makeHistory(world.app.database, 12);
      const id = await world.feature(actor);
      await world.app.database.query(MAKE_FORECAST, [id]);
      return { path: `/features/${id}/forecast/history` };
    },
  },
  'GET /api/v1/features/analytics/backtest': {
    prepare: async (world) => {
      await makeHistory(world.app.database, 30);
      return { path: '/features/analytics/backtest?cases=10&trials=100' };
    },
  },
};
