import { lossChange } from './loss-change';
import { Random } from './random';

describe('a change of loss', () => {
  const costs = (count: number, own: (place: number) => number) =>
    Array.from({ length: count }, (_, place) => ({ place, own: own(place), naive: 2 }));

  it('is of the means of all percentiles together', () => {
    const two = [costs(4, () => 1), costs(2, () => 4)];
    expect(lossChange(two, 4, 1)?.change).toBeCloseTo((1 + 4) / (2 + 2) - 1, 12);
    expect(lossChange([costs(4, () => 1)], 4, 1)).toEqual({ change: -0.5, interval: [-0.5, -0.5] });
  });

  it('is as uncertain as the mean that it is made of', () => {
    const random = new Random(1, 'costs');
    const drawn = [costs(400, () => random.next())];
    const { change, interval } = lossChange(drawn, 400, 1) ?? { change: 0, interval: [0, 0] };
    // Half of a uniform mean's interval is 1.96 / √(12 · 400), here against 2.
    const half = 1.96 / Math.sqrt(12 * 400) / 2;
    expect(Math.abs(change - interval[0] - half)).toBeLessThan(half / 5);
    expect(Math.abs(interval[1] - change - half)).toBeLessThan(half / 5);
  });

  it('is the same for the same seed, and not for another', () => {
    const random = new Random(2, 'costs');
    const some = [costs(50, () => random.next())];
    expect(lossChange(some, 50, 1)).toEqual(lossChange(some, 50, 1));
    expect(lossChange(some, 50, 1)).not.toEqual(lossChange(some, 50, 2));
  });

  it('is none without costs', () => {
    expect(lossChange([[], []], 0, 1)).toBeNull();
    expect(lossChange([[], []], 5, 1)).toBeNull();
  });
});
