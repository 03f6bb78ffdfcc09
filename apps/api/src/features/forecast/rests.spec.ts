import { curveOf, type WeightedSpell } from './curve';
import { Random } from './random';
import { restsOf } from './rests';
import { RUNNING } from './spells';

const DRAWS = 20_000;
const FINAL = 2;
const stay = (duration: number, next: number, follower = -1): WeightedSpell => ({
  duration,
  next,
  weight: 1,
  follower,
});

/** What follows the only stay of stage 0, which led to stage 1 and there to the stay at this place. */
const rests = (follower: number, stays: WeightedSpell[]): number[] => {
  const curves = [curveOf([stay(5, 1, follower)]), curveOf(stays), curveOf([])];
  const random = new Random(1, 'rests');
  const drawRest = restsOf(curves, FINAL, 1, 1);
  return Array.from({ length: DRAWS }, () => drawRest(0, 0, random));
};

const share = (times: readonly number[], from: number, to: number) =>
  times.filter((time) => time >= from && time < to).length / DRAWS;

describe('what follows a stay', () => {
  it('is nothing where it led to the final stage', () => {
    const curves = [curveOf([stay(5, FINAL)]), curveOf([]), curveOf([])];
    expect(restsOf(curves, FINAL, 1, 1)(0, 0, new Random(1, 'a'))).toBe(0);
  });

  it('is what its own feature did, as far as the observation before', () => {
    const times = rests(1, [stay(10, FINAL), stay(30, FINAL), stay(50, FINAL)]);
    expect(share(times, 10, 30)).toBe(1);
    expect(Math.abs(share(times, 10, 20) - 1 / 2)).toBeLessThan(0.02);
  });

  it('goes through all stays that followed', () => {
    // Back to stage 0 after 30, for the 5 that this stay lasted, then through the one at 50.
    const curves = [
      curveOf([stay(5, 1, 1), stay(5, 1, 0)]),
      curveOf([stay(50, FINAL), stay(30, 0, 1)]),
      curveOf([]),
    ];
    const random = new Random(1, 'rework');
    const drawRest = restsOf(curves, FINAL, 1, 1);
    const times = Array.from({ length: DRAWS }, () => drawRest(0, 0, random));
    expect(share(times, 35, 85.001)).toBe(1);
    expect(share(times, 35, 60)).toBeGreaterThan(0.2);
  });

  it('is drawn from those that lasted as long, where it still runs', () => {
    const times = rests(3, [stay(10, FINAL), stay(20, FINAL), stay(40, FINAL), stay(15, RUNNING)]);
    expect(share(times, 15, 40)).toBe(1);
    // Left are 1/4 by 10, 5/8 by 20 and all by 40: 7/16 by 15, and a third of the rest by 20.
    expect(Math.abs(share(times, 15, 20) - 1 / 3)).toBeLessThan(0.02);
  });

  it('is drawn from all where it is not known', () => {
    const times = rests(-1, [stay(10, FINAL), stay(20, FINAL)]);
    expect(Math.abs(share(times, 0, 10) - 1 / 2)).toBeLessThan(0.02);
  });

  it('is drawn from a pool as it is followed', () => {
    const lasting = Array.from({ length: 100 }, (_, i) =>
      stay(i * i, i % 5 === 0 ? 0 : FINAL, i % 3 || i === 99 ? -1 : i + 1),
    );
    const first = Array.from({ length: 100 }, (_, i) => stay(3 * i, 1, i % 7 ? i : -1));
    const curves = [curveOf(first), curveOf(lasting), curveOf([])];
    const draws = (ways: number) => {
      const [drawRest, random] = [restsOf(curves, FINAL, 1, ways), new Random(5, 'draws')];
      return Array.from({ length: 40_000 }, (_, i) => drawRest(0, i % 100, random)).sort((a, b) => a - b);
    };
    const [followed, pooled] = [draws(1000), draws(10_000_000)];
    for (const level of [0.05, 0.25, 0.5, 0.75, 0.95]) {
      const quantile = followed[Math.floor(level * followed.length)] ?? 0;
      const found = pooled.filter((time) => time <= quantile).length / pooled.length;
      expect(Math.abs(found - level)).toBeLessThan(
        4 * Math.sqrt((2 * level * (1 - level)) / followed.length),
      );
    }
  });

  it('has no end where nothing lasted longer, or rework has none', () => {
    expect(share(rests(1, [stay(10, FINAL), stay(15, RUNNING)]), 0, Infinity)).toBe(0);
    const circle = [0, 1].map((i) => curveOf([stay(1, 1 - i)]));
    expect(restsOf([...circle, curveOf([])], FINAL, 1, 1)(0, 0, new Random(1, 'a'))).toBe(Infinity);
  });
});
