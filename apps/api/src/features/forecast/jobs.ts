import type { BacktestRequest } from './backtest';
import type { EstimatesRequest } from './estimates';
import type { Missing } from './model';
import type { ForecastRequest } from './simulate';

/** What a worker is asked, with the recorded history as JSON: parsing it would hold up the requests of others. */
export type Job = ForecastJob | BacktestJob | EstimatesJob;

export interface ForecastJob {
  readonly kind: 'forecast';
  readonly recorded: string;
  /** Ids in place of numbers; null: all open features. */
  readonly request: Omit<ForecastRequest, 'asked'> & { readonly asked: readonly string[] | null };
}

export interface BacktestJob {
  readonly kind: 'backtest';
  readonly recorded: string;
  readonly request: BacktestRequest;
}

export interface EstimatesJob {
  readonly kind: 'estimates';
  readonly recorded: string;
  readonly request: EstimatesRequest;
}

/** What a worker answers: an answer's JSON, or why there is none. */
export type Outcome =
  | { readonly json: string }
  | { readonly refused: 'nothing_to_forecast' }
  | { readonly refused: 'insufficient_history'; readonly missing: readonly Missing[] }
  | { readonly refused: 'forecast_too_large'; readonly features: number; readonly trials: number };
