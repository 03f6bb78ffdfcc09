import { scheduleWithin } from './capacity';
import { criticalities } from './criticality';
import { type Missing, missingFor, modelAt, type Model, type Samples } from './model';
import { drawWays } from './paths';
import { type Plan, planAt, type Planned, type WhatIf } from './plan';
import { Random } from './random';
import type { History } from './record';
import { restsOf } from './rests';
import { type DrawInto, schedule, type Trials } from './schedule';
import { type Histogram, histogramOf, percentilesOf } from './summary';
import type { Weighting } from './weighting';

export interface ForecastRequest {
  /** Epoch ms: nothing later is known. */
  readonly asOf: number;
  /** Numbers of features; null: all open ones. */
  readonly asked: readonly number[] | null;
  readonly trials: number;
  readonly seed: number;
  readonly weighting: Weighting;
  /** Most features in progress at once; null: no limit. */
  readonly capacity: number | null;
  readonly whatIf: WhatIf;
}

export interface FeatureForecast {
  readonly id: string;
  /** False for a feature that was not asked for, but that one of these waits for. */
  readonly asked: boolean;
  readonly stage: string;
  /** Own time in its stage so far, ms. */
  readonly age: number;
  /** ms after `asOf` by p50, p70, p85, p95; null: beyond history. */
  readonly percentiles: readonly (number | null)[];
  readonly criticality: number;
  /** What history lacks for this feature; then all its percentiles are null. */
  readonly missing: readonly Missing[];
}

export interface Forecast {
  /** When the last of those that were asked for is completed. */
  readonly percentiles: readonly (number | null)[];
  readonly histogram: Histogram;
  readonly features: readonly FeatureForecast[];
  readonly samples: Samples;
}

/** Forecasts open features. The same request on the same history has the same answer. */
export function forecast(history: History, request: ForecastRequest): Forecast {
  const model = modelAt(history, request.asOf, request.weighting);
  const asked = request.asked ?? history.ids.map((_, i) => i);
  const plan = planAt(history, request.asOf, asked, request.whatIf);
  return simulate(history, model, plan, request);
}

type Drawn = Pick<ForecastRequest, 'trials' | 'seed' | 'capacity'>;

/** Trials of a plan under a model. */
export function simulate(history: History, model: Model, plan: Plan, request: Drawn): Forecast {
  const { finish, after, lacking } = finishes(history, model, plan, request);
  const critical = criticalities(plan, finish, after);
  const last = lastOf(plan, finish);
  const histogram = histogramOf(last);
  const features = plan.features.map((feature, place): FeatureForecast => {
    const { id, asked, age } = feature;
    return {
      id,
      asked,
      age,
      stage: history.stages[feature.stage] ?? '',
      criticality: critical[place] as number,
      missing: lacking[place] ?? [],
      percentiles: percentilesOf(finish.row(place)),
    };
  });
  return { percentiles: percentilesOf(last), histogram, features, samples: model.samples };
}

/** When each feature of a plan is completed in each trial, and what history lacks for it. */
export function finishes(
  history: History,
  model: Model,
  plan: Plan,
  { trials, seed, capacity }: Drawn,
): { finish: Trials; after: Int32Array | null; lacking: Missing[][] } {
  const lacking = plan.features.map(({ stage }) => missingFor(history, model, stage));
  const draw = drawing(history, model, plan, { seed, trials }, lacking);
  if (capacity === null) return { finish: schedule(plan, trials, draw), after: null, lacking };
  return { ...scheduleWithin(capacity, plan, trials, draw), lacking };
}

/** What history knows too little about is never guessed: it has no end. */
function drawing(
  history: History,
  model: Model,
  { features }: Plan,
  { seed, trials }: { seed: number; trials: number },
  lacking: readonly (readonly Missing[])[],
): DrawInto {
  const rest = restsOf(model.curves, history.final, seed, features.length * trials);
  return (place, ways) => {
    const feature = features[place] as Planned;
    if (lacking[place]?.length) {
      ways.lead.fill(0);
      ways.work.fill(Infinity);
    } else {
      const present = model.curveFor(feature.stage, history.author[feature.feature] as number);
      drawWays(present, feature, new Random(seed, feature.id), rest, ways);
    }
  };
}

function lastOf({ features }: Plan, finish: Trials): Float64Array {
  const last = new Float64Array(finish.count);
  features.forEach(({ asked }, place) => {
    if (!asked) return;
    const row = finish.row(place);
    for (let trial = 0; trial < last.length; trial++)
      last[trial] = Math.max(last[trial] as number, row[trial] as number);
  });
  return last;
}
