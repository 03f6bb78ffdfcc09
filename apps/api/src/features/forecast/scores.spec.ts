import { pinball, quantileOf, wilson } from './scores';

describe('scores', () => {
  it('gives the interval that Wilson gives', () => {
    // Newcombe 1998, table I: 81 of 263 and 0 of 20.
    const [low, high] = wilson(81, 263) ?? [];
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilson(0, 20)?.[1]).toBeCloseTo(0.1611, 4);
    expect(wilson(0, 0)).toBeNull();
  });

  it('charges a late forecast by its level and an early one by the rest', () => {
    expect([pinball(0.85, 10, 4), pinball(0.85, 4, 10), pinball(0.5, 1, 1)]).toEqual([
      5.1, 0.9000000000000001, 0,
    ]);
  });

  it('takes quantiles as order statistics', () => {
    expect([0.01, 0.5, 0.51, 1].map((level) => quantileOf([1, 2, 3, 4], level))).toEqual([1, 2, 3, 4]);
    expect(quantileOf([], 0.5)).toBeNull();
  });
});
