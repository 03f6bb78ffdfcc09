import { DEFAULT_RECENCY, type Recency } from './recency';

/** How much the features of the past count. */
export interface Weighting {
  readonly recency: Recency;
  /** How many times as much one of the same author counts as any other; 1: nobody looks at authors. */
  readonly sameAuthor: number;
}

/** Chosen on five repositories, none of which judged it: docs/forecasting.md. */
export const DEFAULT_WEIGHTING: Weighting = { recency: DEFAULT_RECENCY, sameAuthor: 5 };

/** What a backtest can leave out, to show what it brings. */
export const STEPS = ['author', 'fading'] as const;
export type Step = (typeof STEPS)[number];

export function weightingWithout(steps: readonly Step[]): Weighting {
  return {
    recency: steps.includes('fading') ? { kind: 'all' } : DEFAULT_WEIGHTING.recency,
    sameAuthor: steps.includes('author') ? 1 : DEFAULT_WEIGHTING.sameAuthor,
  };
}

/** Which steps a weighting goes without. */
export function stepsMissing({ recency, sameAuthor }: Weighting): Step[] {
  const missing: Step[] = [];
  if (sameAuthor === 1) missing.push('author');
  if (recency.kind === 'all') missing.push('fading');
  return missing;
}
