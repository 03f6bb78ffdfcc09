import { Random } from '../../apps/api/src/features/forecast/random';
import type { RecordedHistory } from '../../apps/api/src/features/forecast/record';

export const DAY = 86_400_000;

/** A stage: how long it lasts, ms, and where it leads. */
export interface Stage {
  readonly name: string;
  readonly duration: (random: Random) => number;
  readonly next: (random: Random) => number;
}

const uniform = (random: Random) => 1 - random.next();
export const exponential = (mean: number) => (random: Random) => -Math.log(uniform(random)) * mean;
export const lognormal = (median: number, sigma: number) => (random: Random) => {
  const normal = Math.sqrt(-2 * Math.log(uniform(random))) * Math.cos(2 * Math.PI * random.next());
  return median * Math.exp(sigma * normal);
};

/** Exponential, heavy-tailed lognormal, exponential with one in five going back. */
export const PROCESS: readonly Stage[] = [
  { name: 'planning', duration: exponential(2 * DAY), next: () => 1 },
  { name: 'development', duration: lognormal(3 * DAY, 1.2), next: () => 2 },
  { name: 'review', duration: exponential(DAY), next: (random) => (random.next() < 0.2 ? 1 : 3) },
];
export const STAGES = [...PROCESS.map(({ name }) => name), 'completed'];

/** Time to completion from a stage on, ms, by following the process itself; in its present stage it has been for `age`. */
export function bruteForce(stage: number, age: number, count: number, process = PROCESS): Float64Array {
  const random = new Random(99, `brute force ${stage} ${age}`);
  return Float64Array.from({ length: count }, () => {
    let present = process[stage]?.duration(random) ?? 0;
    while (present < age) present = process[stage]?.duration(random) ?? 0;
    let time = present - age;
    for (let at = process[stage]?.next(random) ?? 0; at < process.length; at = process[at]?.next(random) ?? 0)
      time += process[at]?.duration(random) ?? 0;
    return time;
  }).sort();
}

/** Features that start one after the other and follow the process until the record ends; epoch ms from 0. */
export function recorded(count: number, every: number, end: number, process = PROCESS): RecordedHistory {
  const random = new Random(11, 'record');
  const stages = [...process.map(({ name }) => name), 'completed'];
  const features = Array.from({ length: count }, (_, i) => {
    const entries: [string, number][] = [];
    let time = Math.round(i * every);
    for (let at = 0; time <= end; at = process[at]?.next(random) ?? 0) {
      entries.push([stages[at] ?? '', time]);
      if (at === process.length) break;
      time += Math.round(process[at]?.duration(random) ?? 0);
    }
    return [`f${String(i).padStart(6, '0')}`, entries] as const;
  });
  return { stages, features, dependencies: [] };
}

/** The share of ascending values that are not above a value. */
export function shareUpTo(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}
