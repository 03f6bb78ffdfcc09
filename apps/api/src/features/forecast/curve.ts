import { RUNNING } from './spells';

/** Observations of one stage: how long, what then, and how much each counts. */
export interface WeightedSpell {
  readonly duration: number;
  readonly next: number;
  readonly weight: number;
}

/**
 * How long a stage lasts and what it leads to: the steps of the product-limit estimate (Kaplan, Meier 1958), each step with the
 * stage that its feature went on to. Summed by that stage, the steps are the cumulative incidence functions of Aalen and
 * Johansen (1978); drawn from as they are, duration and next stage keep their joint distribution.
 */
export interface Curve {
  /** ms, ascending. */
  readonly durations: Float64Array;
  readonly next: Int16Array;
  /** Share that has left by then, of all. Its last value is below 1 where the longest observations are still running. */
  readonly left: Float64Array;
  /** How many equal observations those amount to that lasted as long as each step or longer (Kish: (Σw)² / Σw²). */
  readonly observed: Float64Array;
  /** For every share `i / GUIDES`: the first step that can answer it, so that a draw looks at one or two (Chen, Asau 1974). */
  readonly guide: Int32Array;
}

const GUIDES = 4096;

export function curveOf(spells: readonly WeightedSpell[]): Curve {
  const sorted = spells.toSorted(
    (a, b) => a.duration - b.duration || Number(a.next === RUNNING) - Number(b.next === RUNNING),
  );
  // From the end, so that the last one at risk is exactly its own weight and the curve can reach 1 exactly.
  const atRisk = new Float64Array(sorted.length + 1);
  const squares = new Float64Array(sorted.length + 1);
  for (let i = sorted.length - 1; i >= 0; i--) {
    const weight = sorted[i]?.weight ?? 0;
    atRisk[i] = (atRisk[i + 1] as number) + weight;
    squares[i] = (squares[i + 1] as number) + weight * weight;
  }
  const exits = sorted.reduce((count, { next }) => count + (next === RUNNING ? 0 : 1), 0);
  const durations = new Float64Array(exits);
  const next = new Int16Array(exits);
  const left = new Float64Array(exits);
  const observed = new Float64Array(exits);
  let [staying, step] = [1, 0];
  sorted.forEach((spell, i) => {
    if (spell.next === RUNNING) return;
    staying *= (atRisk[i + 1] as number) / ((atRisk[i + 1] as number) + spell.weight);
    durations[step] = spell.duration;
    next[step] = spell.next;
    observed[step] = (atRisk[i] as number) ** 2 / (squares[i] as number);
    left[step++] = 1 - staying;
  });
  return { durations, next, left, observed, guide: guideOf(left) };
}

function guideOf(left: Float64Array): Int32Array {
  const guide = new Int32Array(GUIDES);
  let step = 0;
  for (let i = 0; i < GUIDES; i++) {
    while (step < left.length && (left[step] as number) <= i / GUIDES) step++;
    guide[i] = step;
  }
  return guide;
}

/** The step that a share in [0, 1) of all falls on; the number of steps when history does not reach it. */
export function stepAt({ left, guide }: Curve, share: number): number {
  let step = guide[(share * GUIDES) | 0] as number;
  while (step < left.length && (left[step] as number) <= share) step++;
  return step;
}

/** The share that has left before a duration, ms. */
export function leftBefore(curve: Curve, duration: number): number {
  const step = stepFrom(curve, duration);
  return step === 0 ? 0 : (curve.left[step - 1] as number);
}

/** How many equal observations lasted for a duration, ms, and then ended or went on; 0 beyond history. */
export function observedFrom(curve: Curve, duration: number): number {
  return curve.observed[stepFrom(curve, duration)] ?? 0;
}

/** The first step that is not before a duration. */
function stepFrom({ durations }: Curve, duration: number): number {
  let [low, high] = [0, durations.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((durations[middle] as number) < duration) low = middle + 1;
    else high = middle;
  }
  return low;
}
