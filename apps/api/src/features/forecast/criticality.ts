import type { Plan } from './plan';
import type { Trials } from './schedule';
import { NOBODY } from './capacity';

/**
 * How often each feature is on the critical path: the chain that leads to the last completion among those that were asked
 * for. From there it goes on to what that completion waited for, then to what its start waited for, then to whose place in progress
 * it took. Of several at the same moment the lowest id counts.
 * @param after who made room, by row and trial; none without a limit on what is in progress
 * @returns shares of the trials, 0 to 1, by place
 */
export function criticalities({ features }: Plan, finish: Trials, after: Int32Array | null): Float64Array {
  const times = new Float64Array(features.length);
  const asked = features.flatMap((feature, place) => (feature.asked ? [place] : []));
  const before = (place: number, trial: number): number => {
    const { beforeStart = [], beforeFinish = [] } = features[place] ?? {};
    const last = latest(finish, beforeFinish, trial);
    if (last !== NOBODY && finish.at(last, trial) >= finish.at(place, trial)) return last;
    const room = after?.[place * finish.count + trial] ?? NOBODY;
    return room === NOBODY ? latest(finish, beforeStart, trial) : room;
  };
  for (let trial = 0; trial < finish.count; trial++)
    for (let place = latest(finish, asked, trial); place !== NOBODY; place = before(place, trial))
      times[place] = (times[place] as number) + 1;
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
