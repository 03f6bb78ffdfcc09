import { QueryAnyOf, QueryInt } from '../../../common/fields/query-fields';
import { STEPS, type Step } from '../weighting';
import { DEFAULT_SEED } from './forecast.query';

export { STEPS, type Step };

export const DEFAULT_CASES = 500;
export const DEFAULT_BACKTEST_TRIALS = 2000;

export class BacktestQuery {
  @QueryInt('Each feature is forecast once, when it is so many hours old and open; 0: as it begins', {
    min: 0,
    max: 87_600,
    default: 0,
  })
  ageHours?: number;

  @QueryInt('How many features to forecast, the latest', { min: 1, max: 2000, default: DEFAULT_CASES })
  cases?: number;

  @QueryInt('How often the future is drawn for each', {
    min: 100,
    max: 5000,
    default: DEFAULT_BACKTEST_TRIALS,
  })
  trials?: number;

  @QueryInt('The same seed gives the same answer', { min: 0, max: 4_294_967_295, default: DEFAULT_SEED })
  seed?: number;

  @QueryAnyOf(
    STEPS,
    'Steps of the model that are left out, to see what they bring: `author` counts features of the same author as any other, `fading` old ones as new ones',
  )
  without?: Step[];
}
