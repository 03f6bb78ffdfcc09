import { ACCOUNT_SCENARIOS } from './account-scenarios';
import { FEATURE_SCENARIOS } from './feature-scenarios';
import { FORECAST_SCENARIOS } from './forecast-scenarios';
import type { Scenarios } from './scenario';
import { WORK_SCENARIOS } from './work-scenarios';

/** Every route of the API. A new route needs an entry here: then the structural tests cover it. */
export const SCENARIOS: Scenarios = {
  ...ACCOUNT_SCENARIOS,
  ...WORK_SCENARIOS,
  ...FEATURE_SCENARIOS,
  ...FORECAST_SCENARIOS,
};
