import { curveOf, reweighed, durationWithin, leftBefore, observedFrom, partOf, stepAt } from './curve';
import { RUNNING } from './spells';

const one = (duration: number, next = 1, weight = 1) => ({ duration, next, weight });

describe('a curve of stays', () => {
  it('is the share of durations without running ones', () => {
    const curve = curveOf([one(30), one(10), one(20), one(40)]);
    expect([...curve.durations]).toEqual([10, 20, 30, 40]);
    expect([...curve.left]).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('is the product-limit estimate with running ones', () => {
    // Survival by hand: 1 · 4/5 (at 1), · 2/3 (at 3, of three left), · 0/1 (at 9).
    const curve = curveOf([one(1), one(2, RUNNING), one(3), one(5, RUNNING), one(9)]);
    expect([...curve.durations]).toEqual([1, 3, 9]);
    expect(curve.left[0]).toBeCloseTo(1 / 5, 12);
    expect(curve.left[1]).toBeCloseTo(1 - (4 / 5) * (2 / 3), 12);
    expect(curve.left[2]).toBe(1);
  });

  it('does not reach 1 while the longest stay goes on', () => {
    const curve = curveOf([one(1), one(2), one(7, RUNNING)]);
    expect(curve.left[1]).toBeCloseTo(2 / 3, 12);
    expect(stepAt(curve, 0.66)).toBe(1);
    expect(stepAt(curve, 0.67)).toBe(2);
  });

  it('takes leaving before running at the same duration', () => {
    expect([...curveOf([one(5, RUNNING), one(5)]).left]).toEqual([0.5]);
  });

  it('counts by weight', () => {
    const twice = curveOf([one(1), one(1), one(4), one(2, RUNNING)]);
    const weighted = curveOf([one(1, 1, 2), one(4), one(2, RUNNING)]);
    expect(weighted.left[0]).toBeCloseTo(twice.left[1] ?? 0, 12);
    expect(weighted.left.at(-1)).toBe(1);
  });

  it('splits by next stage as Aalen and Johansen do', () => {
    // Half go to 1 at 1; of the other two at risk after 2, one goes to 2 at 3.
    const curve = curveOf([one(1, 1), one(1, 1), one(3, 2), one(4, 1)]);
    const incidence = (next: number) =>
      curve.left.reduce(
        (sum, left, i) => sum + (curve.next[i] === next ? left - (curve.left[i - 1] ?? 0) : 0),
        0,
      );
    expect(incidence(1)).toBeCloseTo(0.75, 12);
    expect(incidence(2)).toBeCloseTo(0.25, 12);
  });

  it('says how much has left before a duration, evenly between two observations', () => {
    const curve = curveOf([one(10), one(20), one(20), one(40)]);
    const left = [0, 5, 10, 18, 20, 21, 40, 41].map((duration) => leftBefore(curve, duration));
    expect(left).toEqual([0, 0.125, 0.25, 0.45, 0.5, 0.7625, 1, 1]);
    expect(leftBefore(curveOf([one(0), one(0), one(4)]), 0)).toBe(0);
  });

  it('lasts anything from one observation to the next, where a share falls between them', () => {
    const curve = curveOf([one(10), one(20), one(20), one(40)]);
    const durationAt = (share: number) => {
      const step = stepAt(curve, share);
      return durationWithin(curve, step, partOf(curve, step, share));
    };
    expect([0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.875].map(durationAt)).toEqual([0, 5, 10, 15, 20, 20, 30]);
    for (const share of [0.1, 0.3, 0.9]) expect(leftBefore(curve, durationAt(share))).toBeCloseTo(share, 12);
  });

  it('knows where each observation went, in whatever order they came', () => {
    const curve = curveOf([{ ...one(30), follower: 7 }, one(10, RUNNING), { ...one(20), follower: 4 }]);
    expect([[...curve.stepOf], [...curve.follower], [...curve.lasted]]).toEqual([
      [1, -1, 0],
      [4, 7],
      [30, 10, 20],
    ]);
  });

  it('says how many observations lasted for a duration', () => {
    const curve = curveOf([one(10), one(20), one(20), one(30, RUNNING), one(40)]);
    expect([0, 11, 31, 40, 41].map((duration) => observedFrom(curve, duration))).toEqual([5, 4, 1, 1, 0]);
    expect(observedFrom(curveOf([one(5, 1, 3), one(5, 1, 1)]), 0)).toBeCloseTo(1.6, 12);
  });

  it('is empty without stays that ended', () => {
    const curve = curveOf([one(1, RUNNING)]);
    expect([stepAt(curve, 0), leftBefore(curve, 5)]).toEqual([0, 0]);
  });

  it('answers each share by the first step above it', () => {
    const curve = curveOf(Array.from({ length: 5000 }, (_, i) => one(i, 1, 1 + (i % 7))));
    for (let i = 0; i < 1000; i++) {
      const share = i / 1000;
      expect(stepAt(curve, share)).toBe(curve.left.findIndex((left) => left > share));
    }
  });

  it('counts the same stays otherwise, and keeps their steps', () => {
    const spells = [one(30, 1, 0.5), one(10), one(20, RUNNING), one(20), one(40, RUNNING, 2)];
    const again = reweighed(curveOf(spells), (place) => place + 1);
    expect(again).toEqual(
      curveOf(spells.map((spell, place) => ({ ...spell, weight: spell.weight * (place + 1) }))),
    );
    expect(reweighed(again, (place) => 1 / (place + 1)).left).toEqual(curveOf(spells).left);
  });
});
