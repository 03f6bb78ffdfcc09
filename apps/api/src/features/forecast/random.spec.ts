import { Random } from './random';

const draws = (seed: number, name: string, count: number) => {
  const random = new Random(seed, name);
  return Array.from({ length: count }, () => random.next());
};

describe('random numbers', () => {
  it('are the same for the same seed and name, and others otherwise', () => {
    expect(draws(1, 'a', 5)).toEqual(draws(1, 'a', 5));
    expect(draws(1, 'a', 5)).not.toEqual(draws(2, 'a', 5));
    expect(draws(1, 'a', 5)).not.toEqual(draws(1, 'b', 5));
  });

  it('are uniform in 20 bins, by chi-squared at 0.1 %', () => {
    const counts = Array.from({ length: 20 }, () => 0);
    for (const value of draws(7, 'bins', 100_000)) {
      const bin = Math.floor(value * 20);
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    const chi = counts.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0);
    expect(chi).toBeLessThan(43.8);
  });

  it('of two names are not correlated', () => {
    const [a, b] = [draws(3, 'a', 50_000), draws(3, 'b', 50_000)];
    const covariance = a.reduce((sum, x, i) => sum + (x - 0.5) * ((b[i] ?? 0) - 0.5), 0) / a.length;
    expect(Math.abs(covariance * 12)).toBeLessThan(0.02);
  });
});
