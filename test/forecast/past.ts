import type { BacktestRequest } from '../../apps/api/src/features/forecast/backtest';
import { ForecastPool } from '../../apps/api/src/features/forecast/forecast-pool';
import type { RecordedHistory } from '../../apps/api/src/features/forecast/record';
import { DEFAULT_WEIGHTING } from '../../apps/api/src/features/forecast/weighting';
import type { PercentileBacktest } from '../../apps/api/src/features/forecast/dto/backtest.response';

export interface Held {
  readonly forecasts: number;
  readonly tooEarly: number;
  readonly percentiles: readonly PercentileBacktest[];
}

/** Backtests in the thread in which the application does. */
export async function holdToPast(
  recorded: RecordedHistory,
  request: Partial<BacktestRequest>,
): Promise<Held> {
  const pool = new ForecastPool();
  const whole = { age: 0, cases: 10_000, trials: 2000, seed: 1, weighting: DEFAULT_WEIGHTING, ...request };
  try {
    const outcome = await pool.run({ kind: 'backtest', recorded: JSON.stringify(recorded), request: whole });
    if (!('json' in outcome)) throw new Error(outcome.refused);
    return JSON.parse(outcome.json) as Held;
  } finally {
    await pool.onModuleDestroy();
  }
}
