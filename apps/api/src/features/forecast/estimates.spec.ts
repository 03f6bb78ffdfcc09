import { estimatesOf, setsOf, trialsFor } from './estimates';
import type { Planned } from './plan';
import { DEFAULT_WEIGHTING } from './weighting';
import { historyOf, type RecordedDependency } from './record';
import { forecast } from './simulate';

const HOUR = 3_600_000;
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** Twenty features that were completed, and open ones. */
function recorded(open: number, dependencies: readonly RecordedDependency[]) {
  const past = Array.from({ length: 20 }, (_, n) => {
    const begun = n * 24 * HOUR;
    const stays = [0, 1 + (n % 7), 9 + (n % 5)].map((hours) => begun + hours * HOUR);
    return [id(1000 + n), ['todo', 'doing', 'done'].map((stage, i) => [stage, stays[i] ?? 0])] as const;
  });
  const present = Array.from({ length: open }, (_, n) => [id(n), [['todo', 500 * HOUR]]] as const);
  return { stages: ['todo', 'doing', 'done'], features: [...past, ...present], dependencies } as const;
}

const planned = (feature: number, waits: readonly number[]): Planned => ({
  id: id(feature),
  feature,
  stage: 0,
  age: 0,
  started: 0,
  asked: true,
  beforeStart: waits,
  beforeFinish: [],
});

describe('estimates', () => {
  const asOf = 500 * HOUR;
  const common = { asOf, seed: 1, weighting: DEFAULT_WEIGHTING };

  it('are what the forecast of all open features has, apart or together', () => {
    const dependencies = [
      [id(1), id(0), 'finish_to_start', asOf],
      [id(2), id(1), 'finish_to_finish', asOf],
    ] as const;
    const history = historyOf(recorded(5, dependencies) as never);
    const whole = forecast(history, { ...common, asked: null, trials: 10_000, capacity: null, whatIf: {} });
    const estimates = estimatesOf(history, common);
    expect(estimates).toEqual(
      whole.features.map(({ id: feature, stage, percentiles }) => ({
        id: feature,
        stage,
        percentiles,
        trials: 10_000,
      })),
    );
    expect(estimates[1]?.percentiles[2]).toBeGreaterThan(Number(estimates[3]?.percentiles[2]));
  });

  it('are made in sets of features that do not wait for each other, small ones together', () => {
    const chains = Array.from({ length: 900 }, (_, place) =>
      planned(place + 7, place % 3 === 0 ? [] : [place - 1]),
    );
    const long = Array.from({ length: 600 }, (_, i) => planned(907 + i, i === 0 ? [] : [900 + i - 1]));
    const features = [...chains, ...long, planned(5000, [])];
    const sets = setsOf({ features, order: [] });
    expect(sets.map(({ length }) => length)).toEqual([900, 601]);
    expect(sets[0]?.slice(0, 3)).toEqual([7, 8, 9]);
    expect(sets.flat().toSorted((a, b) => a - b)).toEqual(features.map(({ feature }) => feature));
  });

  it('have fewer trials where many features are simulated at once', () => {
    expect([1, 400, 1000, 40_000].map(trialsFor)).toEqual([10_000, 10_000, 4000, 500]);
  });
});
