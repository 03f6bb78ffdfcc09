import { type Curve, stepAt } from './curve';
import { Random } from './random';

/** Time from entering a stage to completion, ms; Infinity: history does not reach that far. */
export type DrawRest = (stage: number, random: Random) => number;

/** Rework that goes round more often than this does not end. */
const MOST_STAYS = 1000;
/** A fortieth of the draws that the largest forecasts take: it adds 2 % to their Monte Carlo error, and fits a processor's cache. */
const POOL = 1 << 18;
/** From so many ways on, the rest of a way is drawn from a pool. */
const MANY = 1_000_000;

/**
 * What lies behind the present stage depends on nothing but the stage that is entered, in a semi-Markov process. So a large forecast
 * walks through the stages once for each of a large number of samples, and then draws from those.
 * @param ways how many will be drawn
 */
export function restsOf(curves: readonly Curve[], final: number, seed: number, ways: number): DrawRest {
  const walk: DrawRest = (stage, random) => walkFrom(curves, final, stage, random);
  if (ways < MANY) return walk;
  const pools = curves.map((): Float32Array | null => null);
  const poolOf = (stage: number): Float32Array => {
    const random = new Random(seed, `stage ${stage}`);
    return Float32Array.from({ length: POOL }, () => walk(stage, random));
  };
  return (stage, random) => {
    const pool = (pools[stage] ??= poolOf(stage));
    return pool[(random.next() * POOL) | 0] as number;
  };
}

function walkFrom(curves: readonly Curve[], final: number, from: number, random: Random): number {
  let [stage, time] = [from, 0];
  for (let stays = 0; stage !== final; stays++) {
    const curve = curves[stage] as Curve;
    const step = stepAt(curve, random.next());
    if (step >= curve.durations.length || stays === MOST_STAYS) return Infinity;
    time += curve.durations[step] as number;
    stage = curve.next[step] as number;
  }
  return time;
}
