import { modelAt } from '../../apps/api/src/features/forecast/model';
import type { Planned } from '../../apps/api/src/features/forecast/plan';
import { type History, historyOf } from '../../apps/api/src/features/forecast/record';
import { simulate } from '../../apps/api/src/features/forecast/simulate';
import { PERCENTILES } from '../../apps/api/src/features/forecast/summary';
import { DEFAULT_WEIGHTING } from '../../apps/api/src/features/forecast/weighting';
import { bruteForce, DAY, exponential, PROCESS, recorded, shareUpTo } from './known-process';
import { holdToPast } from './past';

const HISTORIES = 5000;
const TRIALS = 20_000;
const END = 600 * DAY;
const ALIKE = { recency: { kind: 'all' }, sameAuthor: 1 } as const;

/** Percentiles of one feature that stands as given, ms. */
function percentilesOf(history: History, stage: number, age: number, name = 'one'): (number | null)[] {
  const model = modelAt(history, END, ALIKE);
  const whole = { asked: true, started: 0, feature: 0, beforeStart: [], beforeFinish: [] };
  const features: Planned[] = [{ ...whole, id: name, stage, age }];
  return [
    ...simulate(history, model, { features, order: [0] }, { trials: TRIALS, seed: 1, capacity: null })
      .percentiles,
  ];
}

/** Standard errors between a forecast quantile's true level and its name: from the trials and from what the history holds. */
function errors(level: number, trueLevel: number, observed: number): number {
  return Math.abs(trueLevel - level) / Math.sqrt(level * (1 - level) * (1 / TRIALS + 1 / observed));
}

describe('a model with a known answer', () => {
  // Starts fill the whole time, so that at its end some are still running.
  const past = recorded(HISTORIES, END / HISTORIES, END);
  const history = historyOf(past);

  it.each([
    [0, 0],
    [0, 3 * DAY],
    [1, 0],
    [1, 6 * DAY],
    [2, DAY / 2],
  ])('is forecast as brute force has it: stage %i, in it for %i ms', (stage, age) => {
    const truth = bruteForce(stage, age, 100_000);
    const observed = HISTORIES * survival(stage, age);
    percentilesOf(history, stage, age).forEach((value, i) => {
      const level = (PERCENTILES[i] ?? 0) / 100;
      expect(value).not.toBeNull();
      expect(errors(level, shareUpTo(truth, value ?? 0), observed)).toBeLessThan(4);
    });
  });

  it('needs the running ones: finished ones alone would be too early', () => {
    const short = historyOf(recorded(400, DAY / 20, 20 * DAY));
    const truth = bruteForce(0, 0, 100_000);
    const model = modelAt(short, 20 * DAY, ALIKE);
    expect(model.samples.running).toBeGreaterThan(100);
    const finished: number[] = [];
    short.ids.forEach((_, feature) => {
      const [from, to] = [short.offsets[feature] ?? 0, short.offsets[feature + 1] ?? 0];
      if (short.stage[to - 1] === short.final)
        finished.push((short.time[to - 1] ?? 0) - (short.time[from] ?? 0));
    });
    finished.sort((a, b) => a - b);
    expect(shareUpTo(truth, finished[Math.floor(finished.length / 2)] ?? 0)).toBeLessThan(0.42);
    const whole = { asked: true, started: 0, feature: 0, beforeStart: [], beforeFinish: [] };
    const plan = { features: [{ ...whole, id: 'one', stage: 0, age: 0 }], order: [0] };
    const [p50] = simulate(short, model, plan, { trials: TRIALS, seed: 1, capacity: null }).percentiles;
    expect(Math.abs(shareUpTo(truth, p50 ?? 0) - 0.5)).toBeLessThan(0.06);
  });

  it('forgets the age where stages have no memory', () => {
    const [first] = PROCESS;
    if (!first) throw new Error('no stage');
    const process = [{ ...first, duration: exponential(4 * DAY), next: () => 1 }];
    const memoryless = historyOf(recorded(HISTORIES, END / HISTORIES, END, process));
    const fresh = percentilesOf(memoryless, 0, 0);
    for (const age of [DAY, 4 * DAY, 8 * DAY]) {
      const observed = HISTORIES * Math.exp(-age / (4 * DAY));
      percentilesOf(memoryless, 0, age).forEach((value, i) => {
        const level = (PERCENTILES[i] ?? 0) / 100;
        const exact = 1 - Math.exp(-(value ?? 0) / (4 * DAY));
        expect(errors(level, exact, observed)).toBeLessThan(4);
        expect(Math.abs((value ?? 0) / (fresh[i] ?? 1) - 1)).toBeLessThan(0.2);
      });
    }
  });

  it.each([0, 4 * DAY])('is hit as often as its percentiles say, at an age of %i ms', async (age) => {
    const { percentiles, forecasts } = await holdToPast(past, { age, cases: 2000, trials: 500 });
    expect(forecasts).toBeGreaterThan(age ? 1000 : 1900);
    for (const { percentile, hitRate } of percentiles)
      if (percentile !== 70) expect(Math.abs((hitRate ?? 0) * 100 - percentile)).toBeLessThan(3);
  });

  it('answers the same for the same seed, and not for another', () => {
    const model = modelAt(history, END, DEFAULT_WEIGHTING);
    const whole = { asked: true, started: 0, feature: 0, beforeStart: [], beforeFinish: [] };
    const plan = { features: [{ ...whole, id: 'one', stage: 0, age: 0 }], order: [0] };
    const run = (seed: number) => simulate(history, model, plan, { trials: 1000, seed, capacity: null });
    expect(run(1)).toEqual(run(1));
    expect(run(1).percentiles).not.toEqual(run(2).percentiles);
  });
});

/** The share that is still in a stage after an age. */
function survival(stage: number, age: number): number {
  // 1 − Φ(ln(6 / 3) / 1.2) for the lognormal one.
  if (stage === 1) return age === 0 ? 1 : 0.28;
  return Math.exp(-age / ((stage === 0 ? 2 : 1) * DAY));
}
