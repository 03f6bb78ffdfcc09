import { completedBy, type History, startOf } from './record';

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

export interface Weighted {
  readonly feature: number;
  readonly weight: number;
}

/** The features that count at a moment, latest first. @param except one that does not */
export function weightedAt(history: History, asOf: number, recency: Recency, except = -1): Weighted[] {
  const weighted: Weighted[] = [];
  let completed = 0;
  for (let i = history.byStart.length - 1; i >= 0; i--) {
    const feature = history.byStart[i] as number;
    if (feature === except || startOf(history, feature) > asOf) continue;
    const weight = weightAt(recency, completed);
    if (weight === 0) break;
    weighted.push({ feature, weight });
    if (completedBy(history, feature, asOf) < Infinity) completed++;
  }
  return weighted;
}
