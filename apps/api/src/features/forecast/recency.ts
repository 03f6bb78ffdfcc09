import { completedBy, entriesBy, type History } from './record';

/**
 * How much older features count. Age is counted in completed features that started later, so that whatever started in a period is
 * in together, running or not: choosing by completion would leave the slow ones of each period out, or count them too often.
 */
export type Recency =
  /** All the same. */
  | { readonly kind: 'all' }
  /** What started since the last `features` completed ones did; older ones not at all. */
  | { readonly kind: 'window'; readonly features: number }
  /** Less and less, halved every so many features, so that together they weigh as much evidence as `features` equal ones. */
  | { readonly kind: 'fading'; readonly features: number };

export const DEFAULT_RECENCY: Recency = { kind: 'fading', features: 200 };

/** Below this weight an observation says nothing any more: all of them together are a 1000th of the evidence. */
const NEGLIGIBLE = 1e-3;

/**
 * The weight of a feature after which so many completed ones started, 0 to 1. Kish's effective sample size (Σw)²/Σw² of weights that
 * halve every `h` is 2h / ln 2 for large `h`: that fixes `h`.
 */
export function weightAt(recency: Recency, startedAfter: number): number {
  if (recency.kind === 'all') return 1;
  if (recency.kind === 'window') return startedAfter < recency.features ? 1 : 0;
  const weight = 2 ** (-startedAfter / ((recency.features * Math.LN2) / 2));
  return weight < NEGLIGIBLE ? 0 : weight;
}

/** How many completed features have any weight at all. */
export function reach(recency: Recency): number {
  if (recency.kind === 'all') return Infinity;
  if (recency.kind === 'window') return recency.features;
  return Math.ceil((-Math.log2(NEGLIGIBLE) * recency.features * Math.LN2) / 2);
}

/** The weight of every feature at a moment; 0 for those that had not started. */
export function weightsAt(history: History, asOf: number, recency: Recency): Float64Array {
  const start = (feature: number) => history.time[history.offsets[feature] as number] as number;
  const started = history.ids.map((_, i) => i).filter((i) => entriesBy(history, i, asOf) > 0);
  started.sort((a, b) => start(b) - start(a) || b - a);
  const weights = new Float64Array(history.ids.length);
  let completed = 0;
  for (const feature of started) {
    weights[feature] = weightAt(recency, completed);
    if (completedBy(history, feature, asOf) < Infinity) completed++;
  }
  return weights;
}
