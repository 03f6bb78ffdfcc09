import { stepAt } from './curve';
import { modelAt } from './model';
import { historyOf, type RecordedFeature } from './record';

const WEIGHTING = { recency: { kind: 'all' }, sameAuthor: 5 } as const;

/** Stays in `todo` that took so long, each of a feature by this author. */
const historyBy = (...stays: [took: number, author: string | null][]) =>
  historyOf({
    stages: ['todo', 'review', 'done'],
    features: stays.map(([took, author], i): RecordedFeature => {
      const entries = [
        ['todo', 0],
        ['done', took],
      ] as const;
      return [`f${i}`, entries, author];
    }),
    dependencies: [],
  });

describe('a model', () => {
  const history = historyBy([10, 'ann'], [20, 'bob'], [30, null], [40, 'bob']);
  const model = modelAt(history, 100, WEIGHTING);
  const shareBy = (author: number) => [...model.curveFor(0, author).left].map((left) => left.toFixed(4));

  it('counts the stays of the same author five times', () => {
    const [ann, bob, nobody, other] = history.author;
    expect([ann, bob, nobody, other]).toEqual([0, 1, -1, 1]);
    expect(shareBy(0)).toEqual([5 / 8, 6 / 8, 7 / 8, 1].map((left) => left.toFixed(4)));
    expect(shareBy(1)).toEqual([1 / 12, 6 / 12, 7 / 12, 1].map((left) => left.toFixed(4)));
    expect(stepAt(model.curveFor(0, 0), 0.5)).toBe(0);
    expect(stepAt(model.curveFor(0, 1), 0.5)).toBe(2);
  });

  it('says how much evidence that is', () => {
    expect(model.curveFor(0, 1).observed[0]).toBeCloseTo(12 ** 2 / (2 * 25 + 2), 12);
    expect(model.curves[0]?.observed[0]).toBe(4);
  });

  it('knows no better than all of them where an author is unknown, has no stays there, or nobody looks', () => {
    for (const author of [-1, 2]) expect(model.curveFor(0, author)).toBe(model.curves[0]);
    expect(model.curveFor(1, 0)).toBe(model.curves[1]);
    const alike = modelAt(history, 100, { ...WEIGHTING, sameAuthor: 1 });
    expect(alike.curveFor(0, 1)).toBe(alike.curves[0]);
    expect(alike.curves[0]).toEqual(model.curves[0]);
  });

  it('makes the curve of an author once', () => {
    expect(model.curveFor(0, 1)).toBe(model.curveFor(0, 1));
  });
});
