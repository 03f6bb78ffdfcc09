import { curveOf } from './curve';
import { Random } from './random';
import { restsOf } from './rests';

/** Stages 0 and 1 lead to each other and to the final one, 2. */
const curves = [
  curveOf(Array.from({ length: 100 }, (_, i) => ({ duration: i * i, next: 1, weight: 1 }))),
  curveOf(Array.from({ length: 100 }, (_, i) => ({ duration: 3 * i, next: i % 5 === 0 ? 0 : 2, weight: 1 }))),
  curveOf([]),
];

const draws = (ways: number, stage: number): number[] => {
  const rest = restsOf(curves, 2, 1, ways);
  const random = new Random(5, 'draws');
  return Array.from({ length: 40_000 }, () => rest(stage, random)).sort((a, b) => a - b);
};

describe('the rest of a way', () => {
  it('is nothing from the final stage', () => {
    expect(restsOf(curves, 2, 1, 10)(2, new Random(1, 'a'))).toBe(0);
  });

  it('is drawn from a pool as it is walked', () => {
    const [walked, pooled] = [draws(1000, 0), draws(10_000_000, 0)];
    for (const level of [0.05, 0.25, 0.5, 0.75, 0.95]) {
      const quantile = walked[Math.floor(level * walked.length)] ?? 0;
      const share = pooled.filter((time) => time <= quantile).length / pooled.length;
      expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((2 * level * (1 - level)) / walked.length));
    }
  });

  it('has no end where rework has none', () => {
    const circle = [0, 1].map((i) => curveOf([{ duration: 1, next: 1 - i, weight: 1 }]));
    expect(restsOf([...circle, curveOf([])], 2, 1, 1)(0, new Random(1, 'a'))).toBe(Infinity);
  });
});
