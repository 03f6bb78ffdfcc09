import { RUNNING } from './spells';

/** Observations of one stage: how long, what then, and how much each counts. */
export interface WeightedSpell {
  readonly duration: number;
  readonly next: number;
  readonly weight: number;
  /** The same feature's stay that followed, where one is known: its place among those of the stage `next`. */
  readonly follower?: number;
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
  /** The stay that followed each step: its place among those of the next stage; -1 where it is not known. */
  readonly follower: Int32Array;
  /** By place among the stays that the curve was made of: its step, or -1 where it is still running. */
  readonly stepOf: Int32Array;
  /** By place among them: how long they lasted or have lasted, ms. */
  readonly lasted: Float64Array;
  /** By place among them: how much they count. */
  readonly weights: Float64Array;
  /** Their places, the shortest first. */
  readonly order: Int32Array;
  /** For every share `i / GUIDES`: the first step that can answer it, so that a draw looks at one or two (Chen, Asau 1974). */
  readonly guide: Int32Array;
}

const GUIDES = 4096;

export function curveOf(spells: readonly WeightedSpell[]): Curve {
  const order = Int32Array.from(spells.keys()).sort((a, b) => {
    const [one, other] = [spells[a] as WeightedSpell, spells[b] as WeightedSpell];
    return (
      one.duration - other.duration || Number(one.next === RUNNING) - Number(other.next === RUNNING) || a - b
    );
  });
  const stepOf = new Int32Array(spells.length).fill(-1);
  const ended = order.filter((place) => spells[place]?.next !== RUNNING);
  ended.forEach((place, step) => (stepOf[place] = step));
  const steps = Array.from(ended, (place) => spells[place] as WeightedSpell);
  const shape = {
    order,
    stepOf,
    durations: Float64Array.from(steps, ({ duration }) => duration),
    next: Int16Array.from(steps, ({ next }) => next),
    follower: Int32Array.from(steps, ({ follower }) => follower ?? -1),
    lasted: Float64Array.from(spells, ({ duration }) => duration),
  };
  return weighed(
    shape,
    Float64Array.from(spells, ({ weight }) => weight),
  );
}

/** The same stays, counted otherwise: the steps stay, how steep they are changes. @param factor by place among the stays */
export function reweighed(curve: Curve, factor: (place: number) => number): Curve {
  return weighed(
    curve,
    curve.weights.map((weight, place) => weight * factor(place)),
  );
}

type Shape = Omit<Curve, 'left' | 'observed' | 'weights' | 'guide'>;

function weighed(shape: Shape, weights: Float64Array): Curve {
  const { order, stepOf, durations } = shape;
  // From the end, so that the last one at risk is exactly its own weight and the curve can reach 1 exactly.
  const atRisk = new Float64Array(order.length + 1);
  const squares = new Float64Array(order.length + 1);
  for (let i = order.length - 1; i >= 0; i--) {
    const weight = weights[order[i] as number] as number;
    atRisk[i] = (atRisk[i + 1] as number) + weight;
    squares[i] = (squares[i + 1] as number) + weight * weight;
  }
  const left = new Float64Array(durations.length);
  const observed = new Float64Array(durations.length);
  let staying = 1;
  for (let i = 0; i < order.length; i++) {
    const step = stepOf[order[i] as number] as number;
    if (step < 0) continue;
    const later = atRisk[i + 1] as number;
    staying *= later / (later + (weights[order[i] as number] as number));
    observed[step] = (atRisk[i] as number) ** 2 / (squares[i] as number);
    left[step] = 1 - staying;
  }
  return { ...shape, weights, left, observed, guide: guideOf(left) };
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

/**
 * How long the stay of a step lasts, ms: anything from the step before on, evenly. Between two observations the curve is a straight
 * line, since nothing says that the next one has to be as long as one of these; where several are equal it is as steep as they are.
 * @param part of the step, 0 to 1
 */
export function durationWithin({ durations }: Curve, step: number, part: number): number {
  const from = step === 0 ? 0 : (durations[step - 1] as number);
  return from + part * ((durations[step] as number) - from);
}

/** How far into its step a share of all is, 0 to 1. */
export function partOf({ left }: Curve, step: number, share: number): number {
  const from = step === 0 ? 0 : (left[step - 1] as number);
  return (share - from) / ((left[step] as number) - from);
}

/** The share that has left before a duration, ms; between the observations it grows evenly. */
export function leftBefore(curve: Curve, duration: number): number {
  const step = stepFrom(curve, duration);
  const before = step === 0 ? 0 : (curve.left[step - 1] as number);
  if (step === curve.durations.length) return before;
  const from = step === 0 ? 0 : (curve.durations[step - 1] as number);
  const until = curve.durations[step] as number;
  if (until === from) return before;
  return before + ((duration - from) / (until - from)) * ((curve.left[step] as number) - before);
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
