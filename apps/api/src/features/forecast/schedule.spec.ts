import { NOBODY, scheduleWithin } from './capacity';
import { criticalities } from './criticality';
import type { Plan, Planned } from './plan';
import { Random } from './random';
import { type DrawInto, schedule, type Trials } from './schedule';

type Given = Partial<Pick<Planned, 'stage' | 'beforeStart' | 'beforeFinish' | 'started' | 'asked'>>;

function planned(given: Given[], order = given.map((_, i) => i)): Plan {
  const whole = { stage: 0, age: 0, asked: true, beforeStart: [], beforeFinish: [] };
  const features = given.map((one, i) => ({ ...whole, id: `f${i}`, feature: i, started: i, ...one }));
  return { features, order };
}

/** The same ways in every trial. */
const fixed =
  (leads: number[], works: number[]): DrawInto =>
  (place, { lead, work }) => {
    lead.fill(leads[place] ?? 0);
    work.fill(works[place] ?? 0);
  };

const ends = (finish: Trials, count: number) => Array.from({ length: count }, (_, i) => finish.at(i, 0));

describe('a schedule', () => {
  it('of a chain adds up', () => {
    const plan = planned([{}, { beforeStart: [0] }, { beforeStart: [1] }]);
    const finish = schedule(plan, 1, fixed([1, 2, 3], [10, 20, 30]));
    expect(ends(finish, 3)).toEqual([11, 33, 66]);
    expect([...criticalities(plan, finish, null)]).toEqual([1, 1, 1]);
  });

  it('of a diamond waits for the longer side, which alone is critical', () => {
    const plan = planned([{}, { beforeStart: [0] }, { beforeStart: [0] }, { beforeStart: [1, 2] }]);
    const finish = schedule(plan, 1, fixed([0, 0, 0, 0], [5, 10, 30, 1]));
    expect(ends(finish, 4)).toEqual([5, 15, 35, 36]);
    expect([...criticalities(plan, finish, null)]).toEqual([1, 0, 1, 1]);
  });

  it('completes nothing before what must be completed before, without adding to it', () => {
    const plan = planned([{}, { beforeFinish: [0] }, { beforeFinish: [0] }]);
    const finish = schedule(plan, 1, fixed([0, 0, 0], [20, 5, 50]));
    expect(ends(finish, 3)).toEqual([20, 20, 50]);
    expect([...criticalities(plan, finish, null)]).toEqual([0, 0, 1]);
  });

  it('takes the lowest id of equals for the critical one', () => {
    const plan = planned([{}, {}, { beforeStart: [0, 1] }, { beforeStart: [0, 1] }]);
    const finish = schedule(plan, 1, fixed([0, 0, 0, 0], [5, 5, 2, 2]));
    expect([...criticalities(plan, finish, null)]).toEqual([1, 0, 1, 0]);
  });

  it('within capacity takes who started earliest first, and its chain runs over the places', () => {
    const plan = planned([{ started: 2 }, { started: 3 }, { started: 1 }]);
    const { finish, after } = scheduleWithin(1, plan, 1, fixed([0, 0, 0], [10, 20, 5]));
    expect(ends(finish, 3)).toEqual([15, 35, 5]);
    expect([...after]).toEqual([2, 0, NOBODY]);
    expect([...criticalities(plan, finish, after)]).toEqual([1, 1, 1]);
  });

  it('within capacity lets those go on that are in progress, and nobody start before they are fewer', () => {
    const plan = planned([{ stage: 1 }, { stage: 2 }, { started: 0 }]);
    const { finish } = scheduleWithin(1, plan, 1, fixed([0, 0, 1], [10, 30, 5]));
    expect(ends(finish, 3)).toEqual([10, 30, 35]);
  });

  it('within capacity frees the place of who only waits for a completion', () => {
    const plan = planned([{ started: 9 }, { beforeFinish: [0], started: 1 }], [0, 1]);
    const { finish, after } = scheduleWithin(1, plan, 1, fixed([0, 0], [10, 3]));
    expect(ends(finish, 2)).toEqual([13, 13]);
    // The first took the place of the second, which waits for it: the chain ends there, and does not go round.
    expect([...after]).toEqual([1, NOBODY]);
    expect([...criticalities(plan, finish, after)]).toEqual([1, 1]);
  });

  it('never ends for whoever waits for something without end', () => {
    const plan = planned([{}, { beforeStart: [0] }, {}]);
    for (const finish of [
      schedule(plan, 1, fixed([0, 0, 0], [Infinity, 1, 1])),
      scheduleWithin(2, plan, 1, fixed([0, 0, 0], [Infinity, 1, 1])).finish,
    ])
      expect(ends(finish, 3)).toEqual([Infinity, Infinity, 1]);
  });
});

/** 1,000 features, 3,000 dependencies, from lower to higher places of a shuffled order. */
function large(seed: number): { plan: Plan; draw: DrawInto; ways: [number[], number[]][] } {
  const random = new Random(seed, 'graph');
  const pick = (below: number) => Math.floor(random.next() * below);
  const order = Array.from({ length: 1000 }, (_, i) => i);
  for (let i = 999; i > 0; i--) {
    const j = pick(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const edges = new Set<string>();
  while (edges.size < 3000) {
    const [a, b] = [pick(1000), pick(1000)];
    if (a < b) edges.add(`${order[b]} ${order[a]}`);
  }
  const given: Required<Pick<Given, 'beforeStart' | 'beforeFinish' | 'stage' | 'started'>>[] = [];
  for (let i = 0; i < 1000; i++)
    given.push({ stage: pick(10) === 0 ? 1 : 0, started: pick(5000), beforeStart: [], beforeFinish: [] });
  for (const edge of edges) {
    const [place = 0, on = 0] = edge.split(' ').map(Number);
    const one = given[place];
    const list = pick(4) === 0 || one?.stage === 1 ? one?.beforeFinish : one?.beforeStart;
    (list as number[]).push(on);
  }
  for (const one of given) {
    (one.beforeStart as number[]).sort((a, b) => a - b);
    (one.beforeFinish as number[]).sort((a, b) => a - b);
  }
  const ways = given.map(({ stage }): [number[], number[]] => {
    const lead = Array.from({ length: TRIALS }, () => (stage ? 0 : 1 + random.next() * 9));
    return [lead, Array.from({ length: TRIALS }, () => 1 + random.next() * 99)];
  });
  const draw: DrawInto = (place, { lead, work }) => {
    lead.set(ways[place]?.[0] ?? []);
    work.set(ways[place]?.[1] ?? []);
  };
  return { plan: planned(given, order), draw, ways };
}

const TRIALS = 20;

/** Read off the rules, one feature and one trial at a time. */
function slowFinish({ features }: Plan, ways: [number[], number[]][], trial: number): number[] {
  const known = new Map<number, number>();
  const finish = (place: number): number => {
    const seen = known.get(place);
    if (seen !== undefined) return seen;
    const { beforeStart = [], beforeFinish = [] } = features[place] ?? {};
    const start = Math.max(0, ...beforeStart.map(finish));
    const own = start + (ways[place]?.[0][trial] ?? 0) + (ways[place]?.[1][trial] ?? 0);
    const end = Math.max(own, ...beforeFinish.map(finish));
    known.set(place, end);
    return end;
  };
  return features.map((_, place) => finish(place));
}

/** Looks at every feature again whenever anything can have happened. */
function slowWithin(capacity: number, { features }: Plan, ways: [number[], number[]][], trial: number) {
  const state = features.map(({ stage }, place) => ({
    start: stage === 0 ? Infinity : 0,
    worked: stage === 0 ? Infinity : (ways[place]?.[1][trial] ?? 0),
    end: Infinity,
  }));
  for (let now = 0; now < Infinity;) {
    for (let changed = true; changed;) {
      changed = false;
      features.forEach(({ beforeFinish }, place) => {
        const one = state[place] as (typeof state)[number];
        if (one.end < Infinity || one.worked > now) return;
        if (beforeFinish.some((on) => (state[on]?.end ?? 0) > now)) return;
        [one.end, changed] = [now, true];
      });
    }
    const readyAt = (place: number) =>
      Math.max(0, ...(features[place]?.beforeStart ?? []).map((on) => state[on]?.end ?? 0)) +
      (ways[place]?.[0][trial] ?? 0);
    const queue = features.flatMap((_, place) =>
      state[place]?.start === Infinity && readyAt(place) <= now ? [place] : [],
    );
    queue.sort((a, b) => (features[a]?.started ?? 0) - (features[b]?.started ?? 0) || a - b);
    let busy = state.filter(({ start, worked }) => start <= now && worked > now).length;
    for (const place of queue) {
      if (busy++ >= capacity) break;
      state[place] = { start: now, worked: now + (ways[place]?.[1][trial] ?? 0), end: Infinity };
    }
    const next = features.flatMap((_, place) => {
      const { start, worked } = state[place] ?? { start: 0, worked: 0 };
      return start === Infinity ? [readyAt(place)] : [worked];
    });
    now = Math.min(...next.filter((time) => time > now));
  }
  return state.map(({ end }) => end);
}

function slowCriticality({ features }: Plan, ends: number[][]): number[] {
  const counts = features.map(() => 0);
  for (const finish of ends) {
    const lastOf = (places: readonly number[]) =>
      places.reduce(
        (last, place) => (last < 0 || (finish[place] ?? 0) > (finish[last] ?? 0) ? place : last),
        -1,
      );
    let place = lastOf(features.map((_, i) => i));
    while (place >= 0) {
      counts[place] = (counts[place] ?? 0) + 1;
      const { beforeStart = [], beforeFinish = [] } = features[place] ?? {};
      const held = lastOf(beforeFinish);
      place = held >= 0 && finish[held] === finish[place] ? held : lastOf(beforeStart);
    }
  }
  return counts.map((count) => count / ends.length);
}

describe('a schedule of 1,000 features with 3,000 dependencies', () => {
  const { plan, draw, ways } = large(5);
  const row = (finish: Trials, trial: number) => plan.features.map((_, place) => finish.at(place, trial));

  it('is what the rules say, and so is each criticality', () => {
    const finish = schedule(plan, TRIALS, draw);
    const slow = Array.from({ length: TRIALS }, (_, trial) => slowFinish(plan, ways, trial));
    expect(Array.from({ length: TRIALS }, (_, trial) => row(finish, trial))).toEqual(slow);
    expect([...criticalities(plan, finish, null)]).toEqual(slowCriticality(plan, slow));
  });

  it('within capacity is what the rules say', () => {
    const { finish } = scheduleWithin(40, plan, TRIALS, draw);
    expect(row(finish, 3)).toEqual(slowWithin(40, plan, ways, 3));
  });

  it('within a capacity that is never reached is the same as without', () => {
    expect(scheduleWithin(1000, plan, TRIALS, draw).finish).toEqual(schedule(plan, TRIALS, draw));
  });
});
