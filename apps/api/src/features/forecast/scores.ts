/**
 * The interval that covers a share with 95 % confidence, by Wilson's score (1927).
 * @returns bounds, 0 to 1; null without cases
 */
export function wilson(hits: number, cases: number): readonly [number, number] | null {
  if (cases === 0) return null;
  const z = 1.959964;
  const share = hits / cases;
  const centre = share + (z * z) / (2 * cases);
  const spread = z * Math.sqrt((share * (1 - share)) / cases + (z * z) / (4 * cases * cases));
  const scale = 1 + (z * z) / cases;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/**
 * What a quantile forecast costs when `actual` happened (Koenker, Bassett 1978): least on average for the true quantile.
 * @param level 0 to 1
 */
export function pinball(level: number, actual: number, quantile: number): number {
  return Math.max(level * (actual - quantile), (level - 1) * (actual - quantile));
}

/** The smallest value that at least a share `level` of `sorted` does not exceed; null of nothing. */
export function quantileOf(sorted: ArrayLike<number>, level: number): number | null {
  return sorted[Math.max(0, Math.ceil(level * sorted.length) - 1)] ?? null;
}
