import { planAt, type WhatIf } from './plan';
import { historyOf, type RecordedDependency } from './record';

type Entries = [string, number][];

const FEATURES: Record<string, Entries> = {
  a: [['todo', 0]],
  b: [['todo', 0]],
  c: [
    ['todo', 0],
    ['doing', 5],
  ],
  d: [
    ['todo', 0],
    ['done', 50],
  ],
  e: [['todo', 90]],
};
const DEPENDENCIES: RecordedDependency[] = [
  ['a', 'b', 'finish_to_start', 0],
  ['b', 'c', 'finish_to_finish', 0],
  ['c', 'e', 'finish_to_start', 0],
  ['a', 'd', 'finish_to_start', 0],
  ['b', 'e', 'finish_to_start', 95],
];

function plan(asked: string[], asOf: number, whatIf?: WhatIf) {
  const history = historyOf({
    stages: ['todo', 'doing', 'done'],
    features: Object.entries(FEATURES),
    dependencies: DEPENDENCIES,
  });
  const made = planAt(
    history,
    asOf,
    asked.map((id) => history.ids.indexOf(id)),
    whatIf,
  );
  const name = (place: number) => made.features[place]?.id;
  return {
    order: made.order.map(name),
    features: made.features.map(({ id, asked: wanted, age, beforeStart, beforeFinish }) => ({
      id,
      wanted,
      age,
      waits: [beforeStart.map(name), beforeFinish.map(name)],
    })),
  };
}

describe('a plan', () => {
  it('holds what is asked for and the open features that it waits for, each after those', () => {
    const { features, order } = plan(['a'], 80);
    expect(features).toEqual([
      { id: 'a', wanted: true, age: 0, waits: [['b'], []] },
      { id: 'b', wanted: false, age: 80, waits: [[], ['c']] },
      // Past the first stage: what it waited for before its start holds it no longer.
      { id: 'c', wanted: false, age: 75, waits: [[], []] },
    ]);
    expect(order).toEqual(['c', 'b', 'a']);
  });

  it('knows what a moment knew', () => {
    expect(plan(['a'], 20).features.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(plan(['a', 'e'], 100).features.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'e']);
    // At 92 nobody has put it that b waits for e.
    expect(plan(['b'], 92).features.map(({ id }) => id)).toEqual(['b', 'c']);
    // d is completed, e was not there yet.
    expect(plan(['d', 'e'], 80).features).toEqual([]);
  });

  it('supposes what it is told', () => {
    expect(plan(['a'], 80, { drop: [['a', 'b']] }).features.map(({ id }) => id)).toEqual(['a']);
    expect(plan(['a', 'b'], 80, { finish: ['b'] }).features.map(({ id }) => id)).toEqual(['a']);
    expect(plan(['a'], 80, { drop: [['b', 'a']] }).features).toHaveLength(3);
  });
});
