import { makeHistory } from '../forecast-history';
import type { Scenarios } from './scenario';

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
  'GET /api/v1/features/analytics/backtest': {
    prepare: async (world) => {
      await makeHistory(world.app.database, 30);
      return { path: '/features/analytics/backtest?cases=10&trials=100' };
    },
  },
};
