import { backtestAnswer, estimatesAnswer, forecastAnswer } from './answers';
import { backtest } from './backtest';
import { estimatesOf } from './estimates';
import type { BacktestJob, EstimatesJob, ForecastJob, Job, Outcome } from './jobs';
import { MIN_COMPLETED, missingFor, modelAt } from './model';
import { planAt } from './plan';
import { historyOf, type RecordedHistory } from './record';
import { simulate } from './simulate';

/** Features times trials: beyond, the numbers of one forecast would not fit into a reasonable memory (8 bytes each). */
export const MOST_WAYS = 20_000_000;

/** One job in a thread of its own. Deterministic: the same job has the same outcome. */
export default function work(job: Job): Outcome {
  switch (job.kind) {
    case 'forecast':
      return forecastOf(job);
    case 'backtest':
      return backtestOf(job);
    case 'estimates':
      return estimatesJson(job);
  }
}

function estimatesJson({ recorded, request }: EstimatesJob): Outcome {
  const history = historyOf(JSON.parse(recorded) as RecordedHistory);
  return { json: JSON.stringify(estimatesAnswer(request.asOf, estimatesOf(history, request))) };
}

function forecastOf({ recorded, request: { asked: ids, ...rest } }: ForecastJob): Outcome {
  const history = historyOf(JSON.parse(recorded) as RecordedHistory);
  const asked = ids?.map((id) => history.ids.indexOf(id)).filter((feature) => feature >= 0) ?? null;
  const request = { ...rest, asked };
  const plan = planAt(history, rest.asOf, asked ?? [...history.ids.keys()], rest.whatIf);
  const features = plan.features.length;
  if (features === 0) return { refused: 'nothing_to_forecast' };
  if (features * rest.trials > MOST_WAYS)
    return { refused: 'forecast_too_large', features, trials: rest.trials };
  const model = modelAt(history, rest.asOf, rest.weighting);
  const lacking = plan.features
    .filter((one) => one.asked)
    .map(({ stage }) => missingFor(history, model, stage));
  if (lacking.every((missing) => missing.length > 0)) {
    const distinct = new Map(lacking.flat().map((missing) => [`${missing.what} ${missing.stage}`, missing]));
    return { refused: 'insufficient_history', missing: [...distinct.values()] };
  }
  return { json: JSON.stringify(forecastAnswer(history, request, simulate(history, model, plan, request))) };
}

function backtestOf({ recorded, request }: BacktestJob): Outcome {
  const history = historyOf(JSON.parse(recorded) as RecordedHistory);
  const result = backtest(history, request);
  if (result.forecasts > 0) return { json: JSON.stringify(backtestAnswer(request, result)) };
  const end = history.time.reduce((latest, time) => Math.max(latest, time), 0);
  const { completed } = modelAt(history, end, request.weighting).samples;
  const missing = {
    what: 'completed_features',
    stage: null,
    needed: MIN_COMPLETED,
    found: completed,
  } as const;
  return { refused: 'insufficient_history', missing: [missing] };
}
