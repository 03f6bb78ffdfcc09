import type { Comparison, Sample } from './measure';

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle - 1)] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

/** The value that a share of the others does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/** A ratio of ours to the yardstick, taken pair by pair. */
export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function ratio({ ours, yardstick }: Comparison, value: (sample: Sample) => number): Ratio {
  const ratios = ours.map((sample, i) => value(sample) / value(yardstick[i] ?? sample));
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}
