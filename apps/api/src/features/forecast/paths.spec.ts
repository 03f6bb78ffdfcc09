import { curveOf } from './curve';
import { drawWays } from './paths';
import { Random } from './random';
import { restsOf } from './rests';

const TRIALS = 40_000;

/** Ten stays of 1 to 10 in the first stage, 0; each followed by one of a hundred times as long in stage 1. */
const curves = [
  curveOf(Array.from({ length: 10 }, (_, i) => ({ duration: i + 1, next: 1, weight: 1, follower: i }))),
  curveOf(Array.from({ length: 10 }, (_, i) => ({ duration: 100 * (i + 1), next: 2, weight: 1 }))),
  curveOf([]),
];

function ways(stage: number, age: number) {
  const [lead, work] = [new Float64Array(TRIALS), new Float64Array(TRIALS)];
  const curve = curves[stage] ?? curveOf([]);
  drawWays(curve, { stage, age }, new Random(1, 'ways'), restsOf(curves, 2, 1, 1), { lead, work });
  return { lead, work };
}

const share = (row: Float64Array, from: number, to: number) =>
  row.filter((each) => each >= from && each < to).length / TRIALS;

describe('the ways of a feature', () => {
  it('are drawn given how long it is there already, one in all that got so far being beyond history', () => {
    const { lead } = ways(0, 7);
    // Four lasted for 7 or longer, so the one that is beyond has one in five; between 7 and 10 it is even.
    expect(Math.abs(lead.filter((rest) => rest === Infinity).length / TRIALS - 1 / 5)).toBeLessThan(0.01);
    for (const from of [0, 1, 2]) expect(Math.abs(share(lead, from, from + 1) - 4 / 15)).toBeLessThan(0.01);
    expect(share(lead, 0, 3.0001)).toBeCloseTo(share(lead, 0, 1e9), 12);
  });

  it('go on as the way that was drawn did', () => {
    const { lead, work } = ways(0, 0);
    const stays = [...lead].map((time, trial) => [Math.ceil(time), Math.ceil((work[trial] ?? 0) / 100)]);
    expect(
      stays.filter(([first]) => Number.isFinite(first)).every(([first, second]) => first === second),
    ).toBe(true);
  });

  it('begin with work once the first stage is left', () => {
    const { lead, work } = ways(1, 300);
    expect(lead.every((time) => time === 0)).toBe(true);
    expect(Math.abs(share(work, 0, 100) - 1 / 8)).toBeLessThan(0.01);
    expect(share(work, 700.001, Infinity)).toBe(0);
  });

  it('have no end where nothing lasted so long', () => {
    expect(ways(0, 10.5).lead.every((time) => time === Infinity)).toBe(true);
    expect(ways(1, 1001).work.every((time) => time === Infinity)).toBe(true);
  });
});
