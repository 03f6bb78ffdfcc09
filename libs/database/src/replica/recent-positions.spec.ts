import { RecentPositions } from './recent-positions';

describe('what a replica must have passed', () => {
  const positions = () => {
    const recent = new RecentPositions(1600);
    for (const at of [0, 50, 100, 1000, 1600]) recent.note(at, BigInt(at));
    return recent;
  };

  it('is the oldest position of the time that it may lag', () => {
    expect(positions().floor(1600)).toBe(0n);
    expect(positions().floor(1601)).toBe(100n);
    expect(positions().floor(2600)).toBe(1000n);
    expect(positions().floor(2601)).toBe(1600n);
  });

  it('is unknown once all are older', () => {
    const recent = positions();
    expect(recent.floor(3201)).toBeUndefined();
    recent.note(3300, 5n);
    expect(recent.floor(3300)).toBe(5n);
  });

  it('has been missed for too long by one that lags, as far as that is known', () => {
    const recent = positions();
    expect(recent.proveLag(1600, 0n)).toBe(false);
    expect(recent.proveLag(2601, 999n)).toBe(true);
    expect(recent.proveLag(2601, 1000n)).toBe(false);
  });
});
