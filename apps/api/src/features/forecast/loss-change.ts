import { Random } from './random';

/** What one forecast of a percentile cost, and what the naive forecast's cost in the same case. */
export interface Cost {
  /** The number of the case. */
  readonly place: number;
  readonly own: number;
  readonly naive: number;
}

/** How much more the forecasts cost than the naive ones did, all percentiles together: −0.03 is 3 % less. */
export interface LossChange {
  readonly change: number;
  /** What the middle 95 % of the resamplings have. */
  readonly interval: readonly [number, number];
}

const RESAMPLINGS = 1000;

/**
 * The change with its interval by resampling the cases (the bootstrap's percentile interval, Efron 1979). Cases of the same time share
 * what happened then, so that the true interval is somewhat wider.
 * @param costs by percentile
 * @param cases how many there are, those of other percentiles included
 * @returns null without costs
 */
export function lossChange(
  costs: readonly (readonly Cost[])[],
  cases: number,
  seed: number,
): LossChange | null {
  const change = changeOf(costs, new Int32Array(cases).fill(1));
  if (!Number.isFinite(change)) return null;
  const random = new Random(seed, 'resampling');
  const changes = Float64Array.from({ length: RESAMPLINGS }, () => {
    const times = new Int32Array(cases);
    for (let i = 0; i < cases; i++) {
      const place = Math.floor(random.next() * cases);
      times[place] = (times[place] as number) + 1;
    }
    return changeOf(costs, times);
  }).sort();
  const at = (share: number) => changes[Math.round(share * (RESAMPLINGS - 1))] as number;
  const [low, high] = [at(0.025), at(0.975)];
  return Number.isFinite(low) && Number.isFinite(high) ? { change, interval: [low, high] } : null;
}

/** @param times how often each case counts */
function changeOf(costs: readonly (readonly Cost[])[], times: Int32Array): number {
  let [own, naive] = [0, 0];
  for (const each of costs) {
    let [ownSum, naiveSum, count] = [0, 0, 0];
    for (const cost of each) {
      const often = times[cost.place] as number;
      ownSum += often * cost.own;
      naiveSum += often * cost.naive;
      count += often;
    }
    if (count === 0) continue;
    own += ownSum / count;
    naive += naiveSum / count;
  }
  return own / naive - 1;
}
