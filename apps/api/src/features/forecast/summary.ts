/** The percentiles that a forecast answers. */
export const PERCENTILES = [50, 70, 85, 95] as const;

/**
 * The smallest values that at least so many percent of all do not exceed, ms; null where that is beyond history. Reorders `values`.
 */
export function percentilesOf(values: Float64Array): (number | null)[] {
  let from = 0;
  return PERCENTILES.map((percent) => {
    const rank = Math.ceil((percent * values.length) / 100) - 1;
    select(values, rank, from);
    from = rank;
    const value = values[rank] as number;
    return value === Infinity ? null : value;
  });
}

/** Puts the value of a rank in its place, smaller ones before and greater ones behind (Hoare's selection, 1961), from `from` on. */
function select(values: Float64Array, rank: number, from: number): void {
  let [low, high] = [from, values.length - 1];
  while (low < high) {
    const pivot = middleOf(
      values[low] as number,
      values[(low + high) >>> 1] as number,
      values[high] as number,
    );
    let [i, j] = [low, high];
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const swapped = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = swapped;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else return;
  }
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

export interface Bin {
  /** ms; `to` is not included. */
  readonly from: number;
  readonly to: number;
  /** Of all trials, 0 to 1. */
  readonly share: number;
}

export interface Histogram {
  readonly bins: readonly Bin[];
  /** Share of the trials behind the last bin. */
  readonly later: number;
  /** Share of the trials that history does not reach. */
  readonly beyondHistory: number;
}

const BINS = 30;

/** Bins of one width from the earliest value to p95, or to the last value within history's reach. @param values in any order */
export function histogramOf(values: Float64Array): Histogram {
  const within = values.filter((value) => value < Infinity).sort();
  const beyondHistory = 1 - within.length / values.length;
  const [first, greatest] = [within[0], within.at(-1)];
  if (first === undefined || greatest === undefined) return { bins: [], later: 0, beyondHistory };
  const p95 = within[Math.ceil(0.95 * values.length) - 1] ?? greatest;
  const width = Math.max(1, Math.ceil((p95 - first + 1) / BINS));
  const counts = Array.from({ length: BINS }, () => 0);
  let later = 0;
  for (const value of within) {
    const bin = Math.floor((value - first) / width);
    if (bin < BINS) counts[bin] = (counts[bin] ?? 0) + 1;
    else later++;
  }
  const bins = counts.map((count, i) => ({
    from: first + i * width,
    to: first + (i + 1) * width,
    share: count / values.length,
  }));
  return { bins, later: later / values.length, beyondHistory };
}
