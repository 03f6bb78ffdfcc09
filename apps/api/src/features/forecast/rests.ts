import { type Curve, durationWithin, leftBefore, partOf, stepAt } from './curve';
import { Random } from './random';

/** Rework that goes round more often than this does not end. */
const MOST_STAYS = 1000;

/** Time from the end of a stay until completion, ms; Infinity: history does not reach that far. @param step of the stage's curve */
export type DrawRest = (stage: number, step: number, random: Random) => number;

/** A fortieth of the draws that the largest forecasts take: it adds 2 % to their Monte Carlo error, and fits a processor's cache. */
const POOL = 1 << 18;
/** From so many ways on, what follows a stay is drawn from a pool. */
const MANY = 1_000_000;

/**
 * What follows a stay depends on nothing but the step that it is. So a large forecast follows each step a number of times, and then
 * draws from those.
 * @param ways how many will be drawn
 */
export function restsOf(curves: readonly Curve[], final: number, seed: number, ways: number): DrawRest {
  const follow: DrawRest = (stage, step, random) => restFrom(curves, final, { stage, step }, random);
  if (ways < MANY) return follow;
  const pools = curves.map((): Float32Array | null => null);
  const sizes = curves.map(({ durations }) => Math.ceil(POOL / Math.max(1, durations.length)));
  const poolOf = (stage: number): Float32Array => {
    const random = new Random(seed, `stage ${stage}`);
    const size = sizes[stage] as number;
    const length = size * (curves[stage] as Curve).durations.length;
    return Float32Array.from({ length }, (_, i) => follow(stage, (i / size) | 0, random));
  };
  return (stage, step, random) => {
    const pool = (pools[stage] ??= poolOf(stage));
    const size = sizes[stage] as number;
    return pool[step * size + ((random.next() * size) | 0)] as number;
  };
}

/**
 * The stays of one feature hang together, so a drawn one goes on as its own feature did: through the stays that followed, each as long
 * as it was. Where such a stay still runs, it is drawn from those that lasted as long; where none is known, from all. What follows a
 * drawn stay is again its own feature's.
 */
function restFrom(
  curves: readonly Curve[],
  final: number,
  { stage, step }: { stage: number; step: number },
  random: Random,
): number {
  let [curve, at, time] = [curves[stage] as Curve, step, 0];
  for (let stays = 0; curve.next[at] !== final; stays++) {
    const place = curve.follower[at] as number;
    curve = curves[curve.next[at] as number] as Curve;
    const known = place < 0 ? -1 : (curve.stepOf[place] as number);
    const passed = place < 0 || known >= 0 ? 0 : leftBefore(curve, curve.lasted[place] as number);
    const share = known >= 0 ? random.next() : passed + random.next() * (1 - passed);
    at = known >= 0 ? known : passed < 1 ? stepAt(curve, share) : curve.durations.length;
    if (at >= curve.durations.length || stays === MOST_STAYS) return Infinity;
    time += durationWithin(curve, at, known >= 0 ? share : partOf(curve, at, share));
  }
  return time;
}
