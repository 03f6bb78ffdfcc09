import { modelAt } from './model';
import { isOpen, type Plan, planAt } from './plan';
import type { History } from './record';
import { finishes } from './simulate';
import { percentilesOf } from './summary';
import type { Weighting } from './weighting';

export interface EstimatesRequest {
  /** Epoch ms: nothing later is known. */
  readonly asOf: number;
  readonly seed: number;
  readonly weighting: Weighting;
}

export interface Estimate {
  readonly id: string;
  readonly stage: string;
  readonly trials: number;
  /** ms after `asOf` by p50, p70, p85, p95; null: beyond history. */
  readonly percentiles: readonly (number | null)[];
}

/** Features that are simulated together, unless more of them wait for each other. */
const TOGETHER = 1000;
/** Numbers that are held at once, 8 bytes each. */
const MOST_WAYS = 4_000_000;
const [FEWEST_TRIALS, MOST_TRIALS] = [500, 10_000];
/** Beyond, a set of features that hang together would not fit into a reasonable memory: they have no estimates. */
const MOST_FEATURES = 40_000;

/**
 * An estimate of each open feature about whose stage history says something. Features that wait for each other are simulated
 * together, others apart: their chances have nothing to do with each other, and fewer numbers are held at once.
 */
export function estimatesOf(history: History, { asOf, seed, weighting }: EstimatesRequest): Estimate[] {
  const model = modelAt(history, asOf, weighting);
  const open = [...history.ids.keys()].filter((feature) => isOpen(history, feature, asOf));
  return setsOf(planAt(history, asOf, open)).flatMap((features) => {
    if (features.length > MOST_FEATURES) return [];
    const plan = planAt(history, asOf, features);
    const trials = trialsFor(features.length);
    const { finish, lacking } = finishes(history, model, plan, { seed, trials, capacity: null });
    return plan.features.flatMap(({ id, stage }, place) => {
      if (lacking[place]?.length) return [];
      const percentiles = percentilesOf(finish.row(place));
      return [{ id, stage: history.stages[stage] ?? '', trials, percentiles }];
    });
  });
}

export function trialsFor(features: number): number {
  return Math.max(FEWEST_TRIALS, Math.min(MOST_TRIALS, Math.floor(MOST_WAYS / features)));
}

/** The features of a plan in sets that do not wait for each other, as numbers of the history: small ones put together. */
export function setsOf({ features }: Plan): number[][] {
  const root = Int32Array.from(features.keys());
  const find = (place: number): number => {
    let at = place;
    while (root[at] !== at) at = root[at] = root[root[at] as number] as number;
    return at;
  };
  features.forEach(({ beforeStart, beforeFinish }, place) => {
    for (const on of [...beforeStart, ...beforeFinish]) root[find(on)] = find(place);
  });
  const components = Map.groupBy(features.keys(), find);
  const sets: number[][] = [];
  for (const places of components.values()) {
    const numbers = places.map((place) => features[place]?.feature ?? 0);
    const last = sets.at(-1);
    if (last && last.length + numbers.length <= TOGETHER) last.push(...numbers);
    else sets.push(numbers);
  }
  return sets;
}
