import type { Backtest, BacktestRequest } from './backtest';
import type { Estimate } from './estimates';
import type { Samples } from './model';
import type { History } from './record';
import type { Forecast, ForecastRequest } from './simulate';
import { type Histogram, PERCENTILES } from './summary';
import { stepsMissing } from './weighting';

/** The end of what RFC 3339 can write. */
const LATEST = Date.parse('9999-12-31T23:59:59Z');

/** @param after ms; null: beyond history */
function moment(asOf: number, after: number | null): string | null {
  return after === null || asOf + after > LATEST ? null : new Date(asOf + after).toISOString();
}

function completionOf(asOf: number, percentiles: readonly (number | null)[]) {
  const dates = percentiles.map((after) => moment(asOf, after));
  const named = Object.fromEntries(PERCENTILES.map((percentile, i) => [`p${percentile}`, dates[i] ?? null]));
  return { ...named, beyondHistory: dates.includes(null) };
}

function histogramAnswer(asOf: number, { bins, later, beyondHistory }: Histogram) {
  const dated = bins.flatMap(({ from, to, share }) => {
    const [start, end] = [moment(asOf, from), moment(asOf, to)];
    return start === null || end === null ? [] : [{ from: start, to: end, share }];
  });
  return { bins: dated, later, beyondHistory };
}

function samplesAnswer({ stages: names }: History, { stages, ...features }: Samples) {
  const counted = stages.flatMap((stage, i) =>
    stage.ended + stage.running > 0 ? [{ stage: names[i] ?? '', ...stage }] : [],
  );
  return { ...features, stages: counted };
}

/** A forecast as it leaves. */
export function forecastAnswer(
  history: History,
  { asOf, trials, seed, capacity }: ForecastRequest,
  forecast: Forecast,
): object {
  return {
    asOf: moment(asOf, 0),
    trials,
    seed,
    capacity,
    completion: completionOf(asOf, forecast.percentiles),
    histogram: histogramAnswer(asOf, forecast.histogram),
    items: forecast.features.map(({ id, asked, stage, age, percentiles, criticality, missing }) => ({
      featureId: id,
      asked,
      currentStage: stage,
      ageMs: Math.round(age),
      completion: completionOf(asOf, percentiles),
      criticality,
      missing,
    })),
    samples: samplesAnswer(history, forecast.samples),
  };
}

/** Estimates as the database takes them. */
export function estimatesAnswer(asOf: number, estimates: readonly Estimate[]): object {
  return estimates.map(({ id, stage, trials, percentiles }) => {
    const { beyondHistory: _, ...dates } = completionOf(asOf, percentiles);
    return { id, stage, trials, ...dates };
  });
}

/** A backtest as it leaves. */
export function backtestAnswer(request: BacktestRequest, { scores, ...result }: Backtest): object {
  const { age, trials, seed, weighting } = request;
  const without = stepsMissing(weighting);
  return { ageMs: age, trials, seed, without, ...result, percentiles: scores };
}
