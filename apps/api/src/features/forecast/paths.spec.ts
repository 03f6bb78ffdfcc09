import { curveOf } from './curve';
import { drawWays } from './paths';
import { Random } from './random';
import { restsOf } from './rests';

const TRIALS = 40_000;

/** Ten stays of 1 to 10 in the first stage, 0, each followed by 100 in stage 1. */
const curves = [
  curveOf(Array.from({ length: 10 }, (_, i) => ({ duration: i + 1, next: 1, weight: 1 }))),
  curveOf([{ duration: 100, next: 2, weight: 1 }]),
  curveOf([]),
];

function ways(stage: number, age: number) {
  const [lead, work] = [new Float64Array(TRIALS), new Float64Array(TRIALS)];
  const curve = curves[stage] ?? curveOf([]);
  drawWays(curve, { stage, age }, new Random(1, 'ways'), restsOf(curves, 2, 1, 1), { lead, work });
  return { lead, work };
}

const share = (row: Float64Array, value: number) => row.filter((each) => each === value).length / TRIALS;

describe('the ways of a feature', () => {
  it('are drawn given how long it is there already, one in all that got so far being beyond history', () => {
    const { lead, work } = ways(0, 7);
    // Four lasted for 7 or longer, so each of them and whatever is beyond has one in five.
    for (const rest of [0, 1, 2, 3, Infinity]) expect(Math.abs(share(lead, rest) - 1 / 5)).toBeLessThan(0.01);
    expect(work.every((rest, trial) => rest === (lead[trial] === Infinity ? Infinity : 100))).toBe(true);
  });

  it('begin with work once the first stage is left', () => {
    const { lead, work } = ways(1, 30);
    expect(share(lead, 0)).toBe(1);
    expect(Math.abs(share(work, 70) - 1 / 2)).toBeLessThan(0.01);
    expect(share(work, 70) + share(work, Infinity)).toBe(1);
  });

  it('have no end where nothing lasted so long', () => {
    expect(share(ways(0, 10.5).lead, Infinity)).toBe(1);
    expect(share(ways(1, 101).work, Infinity)).toBe(1);
  });
});
