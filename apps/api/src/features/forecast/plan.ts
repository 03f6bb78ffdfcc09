import { blockedTime } from './blocked';
import { completedBy, type Edge, entriesBy, FIRST, type History, startOf } from './record';

/** What to suppose otherwise than it is. */
export interface WhatIf {
  /** Dependencies that are not there, as pairs of ids. */
  readonly drop?: readonly (readonly [featureId: string, dependsOnId: string])[];
  /** Features that are completed at `asOf`. */
  readonly finish?: readonly string[];
}

/** An open feature with what it waits for; other features are named by their place in the plan. */
export interface Planned {
  readonly id: string;
  readonly feature: number;
  readonly stage: number;
  /** Own time in its stage so far, ms. */
  readonly age: number;
  /** When it was made, epoch ms. */
  readonly started: number;
  readonly asked: boolean;
  /** Must be completed before it leaves the first stage. Empty once it has left. */
  readonly beforeStart: readonly number[];
  /** Must be completed before it is. */
  readonly beforeFinish: readonly number[];
}

/** The features to simulate, by ascending id: those that were asked for and all open ones that they wait for. */
export interface Plan {
  readonly features: readonly Planned[];
  /** Their places, each after all that it waits for. */
  readonly order: readonly number[];
}

/** Whether a feature was there at a moment, and not completed. */
export function isOpen(history: History, feature: number, asOf: number): boolean {
  return entriesBy(history, feature, asOf) > 0 && completedBy(history, feature, asOf) === Infinity;
}

/** @param asked numbers of features; those that are not open are left out */
export function planAt(
  history: History,
  asOf: number,
  asked: readonly number[],
  { drop = [], finish = [] }: WhatIf = {},
): Plan {
  const dropped = new Set(drop.map(([id, dependsOnId]) => `${id} ${dependsOnId}`));
  const finished = new Set(finish);
  const ids = history.ids;
  const open = (feature: number) => isOpen(history, feature, asOf) && !finished.has(ids[feature] ?? '');
  const holding = (feature: number): Edge[] =>
    (history.edges[feature] ?? []).filter(
      ({ on, toFinish, since }) =>
        since <= asOf &&
        open(on) &&
        !dropped.has(`${ids[feature]} ${ids[on]}`) &&
        (toFinish || stageOf(history, feature, asOf) === FIRST),
    );
  const waits = new Map<number, Edge[]>();
  const pending = asked.filter(open);
  for (let feature = pending.pop(); feature !== undefined; feature = pending.pop()) {
    if (waits.has(feature)) continue;
    const edges = holding(feature);
    waits.set(feature, edges);
    pending.push(...edges.map(({ on }) => on));
  }
  return planOf(history, asOf, waits, new Set(asked));
}

function planOf(
  history: History,
  asOf: number,
  waits: ReadonlyMap<number, Edge[]>,
  asked: ReadonlySet<number>,
): Plan {
  const members = [...waits.keys()].sort((a, b) => a - b);
  const places = new Map(members.map((feature, place) => [feature, place]));
  const features = members.map((feature): Planned => {
    const placesOf = (toFinish: boolean) =>
      (waits.get(feature) ?? [])
        .filter((edge) => edge.toFinish === toFinish)
        .map(({ on }) => places.get(on) ?? 0)
        .sort((a, b) => a - b);
    return {
      id: history.ids[feature] ?? '',
      feature,
      stage: stageOf(history, feature, asOf),
      age: ageOf(history, feature, asOf),
      started: startOf(history, feature),
      asked: asked.has(feature),
      beforeStart: placesOf(false),
      beforeFinish: placesOf(true),
    };
  });
  return { features, order: orderOf(features) };
}

/** Kahn's order. @throws Error for a cycle, which the database does not hold */
function orderOf(features: readonly Planned[]): number[] {
  const left = features.map(({ beforeStart, beforeFinish }) => beforeStart.length + beforeFinish.length);
  const dependents = dependentsOf(features);
  const order = left.flatMap((count, place) => (count === 0 ? [place] : []));
  for (const place of order)
    for (const dependent of dependents[place] ?? []) {
      left[dependent] = (left[dependent] ?? 0) - 1;
      if (left[dependent] === 0) order.push(dependent);
    }
  if (order.length < features.length) throw new Error('the dependencies close a cycle');
  return order;
}

/** Who waits for each, once for each dependency. */
export function dependentsOf(features: readonly Pick<Planned, 'beforeStart' | 'beforeFinish'>[]): number[][] {
  const dependents = features.map((): number[] => []);
  features.forEach(({ beforeStart, beforeFinish }, place) => {
    for (const on of [...beforeStart, ...beforeFinish]) dependents[on]?.push(place);
  });
  return dependents;
}

function lastEntry(history: History, feature: number, asOf: number): number {
  return (history.offsets[feature] as number) + entriesBy(history, feature, asOf) - 1;
}

function stageOf(history: History, feature: number, asOf: number): number {
  return history.stage[lastEntry(history, feature, asOf)] as number;
}

function ageOf(history: History, feature: number, asOf: number): number {
  const from = history.time[lastEntry(history, feature, asOf)] as number;
  const blocked =
    stageOf(history, feature, asOf) === FIRST ? blockedTime(history, feature, { from, to: asOf, asOf }) : 0;
  return asOf - from - blocked;
}
