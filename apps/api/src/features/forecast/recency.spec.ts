import { historyOf } from './record';
import { DEFAULT_RECENCY, reach, weightAt, weightedAt } from './recency';

describe('recency', () => {
  it('weighs as much evidence as it says', () => {
    const weights = Array.from({ length: 5000 }, (_, i) => weightAt(DEFAULT_RECENCY, i));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const squares = weights.reduce((total, weight) => total + weight * weight, 0);
    expect((sum * sum) / squares).toBeCloseTo(200, 0);
    expect(weights.findIndex((weight) => weight === 0)).toBe(reach(DEFAULT_RECENCY));
  });

  it('counts age in completed features that started later, as the moment knows them', () => {
    const features = [
      [
        'a',
        [
          ['todo', 1],
          ['done', 2],
        ],
      ],
      [
        'b',
        [
          ['todo', 3],
          ['done', 4],
        ],
      ],
      ['c', [['todo', 5]]],
      [
        'd',
        [
          ['todo', 6],
          ['done', 9],
        ],
      ],
      ['e', [['todo', 7]]],
    ] as [string, [string, number][]][];
    const history = historyOf({ stages: ['todo', 'done'], features, dependencies: [] });
    const window = (asOf: number, count: number) =>
      weightedAt(history, asOf, { kind: 'window', features: count }).map(
        ({ feature }) => history.ids[feature],
      );
    expect(window(10, 1)).toEqual(['e', 'd']);
    expect(window(10, 2)).toEqual(['e', 'd', 'c', 'b']);
    // At 8 nobody knows that d will be completed.
    expect(window(8, 1)).toEqual(['e', 'd', 'c', 'b']);
    expect(window(5, 1)).toEqual(['c', 'b']);
    expect(weightedAt(history, 10, { kind: 'all' })).toHaveLength(5);
  });
});
