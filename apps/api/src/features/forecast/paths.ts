import { type Curve, durationWithin, leftBefore, observedFrom, partOf, stepAt } from './curve';
import type { Random } from './random';
import { FIRST } from './record';
import type { DrawRest } from './rests';

/** Where a feature is: its stage and its own time there so far, ms. */
export interface Standing {
  readonly stage: number;
  readonly age: number;
}

/**
 * Draws the rest of a feature's way, once for each trial: into `lead` the time until it leaves the first stage (0 when it has left
 * already), into `work` the time from then until it is completed; ms. Infinity: history does not reach that far. The time in its
 * present stage is drawn given that it has lasted `age` already, which is how left truncation enters.
 */
export function drawWays(
  present: Curve,
  { stage, age }: Standing,
  random: Random,
  drawRest: DrawRest,
  { lead, work }: { lead: Float64Array; work: Float64Array },
): void {
  const passed = leftBefore(present, age);
  const observed = observedFrom(present, age);
  // Of all who get this far, this one included, each is as likely to be the last to leave.
  const range = observed > 0 ? (1 - passed) * (1 + 1 / observed) : 0;
  const waiting = stage === FIRST;
  for (let trial = 0; trial < lead.length; trial++) {
    const share = passed + random.next() * range;
    const step = passed < 1 && share < 1 ? stepAt(present, share) : Infinity;
    const reached = step < present.durations.length;
    const rest = reached
      ? Math.max(0, durationWithin(present, step, partOf(present, step, share)) - age)
      : Infinity;
    const beyond = reached ? drawRest(stage, step, random) : Infinity;
    lead[trial] = waiting ? rest : 0;
    work[trial] = waiting ? beyond : rest + beyond;
  }
}
