import { FIRST } from './record';
import { dependentsOf, type Plan } from './plan';
import { type DrawInto, Trials } from './schedule';
import { TimeHeap } from './time-heap';

/** What happens to a feature, in this order when at the same moment: work ends, it is ready to start. */
const [WORKED, READY] = [0, 1];

/** Nobody gave up a place for it. */
export const NOBODY = -1;

export interface Crowded {
  readonly finish: Trials;
  /** Whose place in progress a feature took, by row and trial, when it had to wait for one; else `NOBODY`. */
  readonly after: Int32Array;
}

/**
 * As `schedule`, with at most so many features in progress: past the first stage and with own work left. Who is ready and
 * started earliest takes the next free place; who only waits for another's completion has given its place up, so that no two wait
 * for each other. More than that many may be in progress already; then nobody starts until they are fewer.
 */
export function scheduleWithin(capacity: number, plan: Plan, trials: number, draw: DrawInto): Crowded {
  const count = plan.features.length;
  const [lead, work] = [new Trials(count, trials), new Trials(count, trials)];
  for (const place of plan.order) draw(place, { lead: lead.row(place), work: work.row(place) });
  const finish = new Trials(count, trials);
  const after = new Int32Array(count * trials).fill(NOBODY);
  const floor = new Floor(plan, capacity);
  for (let trial = 0; trial < trials; trial++) {
    floor.run(
      (place) => lead.at(place, trial),
      (place) => work.at(place, trial),
    );
    for (let place = 0; place < count; place++) {
      finish.values[place * trials + trial] = floor.finish[place] as number;
      after[place * trials + trial] = floor.after[place] as number;
    }
  }
  return { finish, after };
}

/** One trial after the other, as a simulation of discrete events; nothing is allocated between them. */
class Floor {
  readonly finish: Float64Array;
  readonly after: Int32Array;
  private readonly events: TimeHeap;
  private readonly waiting: TimeHeap;
  private readonly dependents: readonly (readonly number[])[];
  /** How much has yet to be completed before a feature starts, and before it is completed; own work counts as one. */
  private readonly toStart: Int32Array;
  private readonly toFinish: Int32Array;
  private readonly rank: Float64Array;
  private readonly readyAt: Float64Array;
  private busy = 0;
  private freed = NOBODY;

  constructor(
    private readonly plan: Plan,
    private readonly capacity: number,
  ) {
    const count = plan.features.length;
    [this.finish, this.rank, this.readyAt] = [0, 1, 2].map(() => new Float64Array(count)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    [this.after, this.toStart, this.toFinish] = [0, 1, 2].map(() => new Int32Array(count)) as [
      Int32Array,
      Int32Array,
      Int32Array,
    ];
    this.events = new TimeHeap(2 * count + 1);
    this.waiting = new TimeHeap(count + 1);
    this.dependents = dependentsOf(plan.features);
    plan.features.forEach(({ started }, place) => (this.rank[place] = started));
  }

  run(lead: (place: number) => number, work: (place: number) => number): void {
    this.begin(lead, work);
    while (this.events.least < Infinity) {
      const now = this.events.least;
      while (this.events.least === now) {
        const event = this.events.pop();
        const place = event >> 1;
        if ((event & 1) === WORKED) this.worked(place, now, lead);
        else this.waiting.push(this.rank[place] as number, place);
      }
      this.admit(now, work);
    }
  }

  private begin(lead: (place: number) => number, work: (place: number) => number): void {
    this.events.clear();
    this.waiting.clear();
    this.finish.fill(Infinity);
    this.after.fill(NOBODY);
    [this.busy, this.freed] = [0, NOBODY];
    this.plan.features.forEach(({ stage, beforeStart, beforeFinish }, place) => {
      this.toStart[place] = beforeStart.length;
      this.toFinish[place] = beforeFinish.length + 1;
      if (stage !== FIRST) {
        this.busy++;
        this.events.push(work(place), 2 * place + WORKED);
      } else if (beforeStart.length === 0) this.ready(place, lead(place));
    });
  }

  private ready(place: number, time: number): void {
    this.readyAt[place] = time;
    this.events.push(time, 2 * place + READY);
  }

  private worked(place: number, now: number, lead: (place: number) => number): void {
    this.busy--;
    this.freed = place;
    this.settle(place, now, lead);
  }

  /** One thing less stands before a feature's completion; the last one completes it, and perhaps others with it. */
  private settle(place: number, now: number, lead: (place: number) => number): void {
    const left = (this.toFinish[place] as number) - 1;
    this.toFinish[place] = left;
    if (left > 0) return;
    this.finish[place] = now;
    for (const dependent of this.dependents[place] ?? []) {
      const { beforeStart = [] } = this.plan.features[dependent] ?? {};
      if (!beforeStart.includes(place)) {
        this.settle(dependent, now, lead);
        continue;
      }
      const before = (this.toStart[dependent] as number) - 1;
      this.toStart[dependent] = before;
      if (before === 0) this.ready(dependent, now + lead(dependent));
    }
  }

  private admit(now: number, work: (place: number) => number): void {
    while (this.busy < this.capacity && this.waiting.size > 0) {
      const place = this.waiting.pop();
      this.busy++;
      if ((this.readyAt[place] as number) < now) this.after[place] = this.freed;
      this.events.push(now + work(place), 2 * place + WORKED);
    }
  }
}
