import { Random } from './random';
import { histogramOf, percentilesOf } from './summary';

describe('percentiles', () => {
  it.each([1, 2, 3, 10, 20, 99, 1000])('of %i values are order statistics', (count) => {
    const random = new Random(count, 'values');
    const values = Float64Array.from({ length: count }, () => Math.floor(random.next() * 50));
    const sorted = values.toSorted();
    const expected = [50, 70, 85, 95].map((percent) => sorted[Math.ceil((percent * count) / 100) - 1]);
    expect(percentilesOf(values)).toEqual(expected);
  });

  it('are null where they are beyond history', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => (i < 85 ? i : Infinity));
    expect(percentilesOf(values)).toEqual([49, 69, 84, null]);
    expect(percentilesOf(new Float64Array(10).fill(Infinity))).toEqual([null, null, null, null]);
  });
});

describe('a histogram', () => {
  it('accounts for every trial', () => {
    const values = Float64Array.from({ length: 1000 }, (_, i) => (i < 990 ? i * i : Infinity));
    const { bins, later, beyondHistory } = histogramOf(values);
    expect(bins).toHaveLength(30);
    expect(bins[0]?.from).toBe(0);
    expect(beyondHistory).toBeCloseTo(0.01, 9);
    expect(bins.reduce((sum, { share }) => sum + share, 0) + later + beyondHistory).toBeCloseTo(1, 9);
    expect(later).toBeLessThan(0.05);
  });

  it('is one bin of one value, and empty of none', () => {
    expect(histogramOf(new Float64Array(4).fill(7)).bins[0]).toEqual({ from: 7, to: 8, share: 1 });
    expect(histogramOf(new Float64Array(4).fill(Infinity))).toEqual({ bins: [], later: 0, beyondHistory: 1 });
  });
});
