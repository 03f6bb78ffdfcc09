import type { Plan } from './plan';
import type { Trials } from './schedule';
import { NOBODY } from './capacity';

/**
 * How often each feature is on the critical path: the chain that leads to the last completion among those that were asked
 * for. From there it goes on to what that completion waited for, then to whose place in progress it took, then to what its start
 * waited for. Of several at the same moment the lowest id counts.
 * @param after who made room, by row and trial; none without a limit on what is in progress
 * @returns shares of the trials, 0 to 1, by place
 */
export function criticalities({ features }: Plan, finish: Trials, after: Int32Array | null): Float64Array {
  const times = new Float64Array(features.length);
  const counted = new Int32Array(features.length).fill(NOBODY);
  const asked = features.flatMap((feature, place) => (feature.asked ? [place] : []));
  for (let trial = 0; trial < finish.count; trial++) {
    let [place, worked] = [latest(finish, asked, trial), false];
    while (place !== NOBODY) {
      if (counted[place] !== trial) times[place] = (times[place] as number) + 1;
      counted[place] = trial;
      const { beforeStart = [], beforeFinish = [] } = features[place] ?? {};
      // Whoever made room had done its work, whatever its completion waited for: perhaps for the very one that took its place.
      const last = worked ? NOBODY : latest(finish, beforeFinish, trial);
      const room = after?.[place * finish.count + trial] ?? NOBODY;
      worked = false;
      if (last !== NOBODY && finish.at(last, trial) >= finish.at(place, trial)) place = last;
      else if (room === NOBODY) place = latest(finish, beforeStart, trial);
      else [place, worked] = [room, true];
    }
  }
  return times.map((count) => count / finish.count);
}

/** Who is completed last; the first of several. @param places ascending */
function latest(finish: Trials, places: readonly number[], trial: number): number {
  let [last, time] = [NOBODY, -1];
  for (const place of places) {
    const moment = finish.at(place, trial);
    if (moment <= time) continue;
    [last, time] = [place, moment];
  }
  return last;
}
