import { Random } from '../../apps/api/src/features/forecast/random';
import { historyOf, type RecordedDependency } from '../../apps/api/src/features/forecast/record';
import { forecast } from '../../apps/api/src/features/forecast/simulate';
import { PERCENTILES } from '../../apps/api/src/features/forecast/summary';
import { bruteForce, DAY, recorded, shareUpTo } from './known-process';

const HISTORIES = 5000;
const TRIALS = 20_000;
const END = 600 * DAY;

/** Features that begin at the end of the record, one waiting for another, and when the last of them is completed. */
function percentilesOf(count: number, edges: readonly [number, number][]): readonly (number | null)[] {
  const past = recorded(HISTORIES, END / HISTORIES, END);
  const names = Array.from({ length: count }, (_, i) => `new${i}`);
  const features = [...past.features, ...names.map((id) => [id, [['planning', END] as const]] as const)];
  const dependencies = edges.map(([id, on]): RecordedDependency => [
    `new${id}`,
    `new${on}`,
    'finish_to_start',
    END,
  ]);
  const history = historyOf({ ...past, features, dependencies });
  const asked = names.map((id) => history.ids.indexOf(id));
  const how = { asOf: END, trials: TRIALS, seed: 1, capacity: null, whatIf: {} };
  return forecast(history, { ...how, asked, weighting: { recency: { kind: 'all' }, sameAuthor: 1 } })
    .percentiles;
}

/** Each trial of its own: what happens when the process itself is followed. */
function slowly(work: (times: readonly number[]) => number, count: number): Float64Array {
  const times = Array.from({ length: count }, () => bruteForce(0, 0, 50_000)).map(shuffled);
  return Float64Array.from({ length: 50_000 }, (_, i) => work(times.map((each) => each[i] ?? 0))).sort();
}

function shuffled(sorted: Float64Array, which: number): Float64Array {
  const [random, times] = [new Random(7, `shuffle ${which}`), sorted.slice()];
  for (let i = times.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [times[i], times[j]] = [times[j] ?? 0, times[i] ?? 0];
  }
  return times;
}

describe('features that wait for each other, of a process with a known answer', () => {
  it.each([
    [
      'a chain of three',
      3,
      [
        [1, 0],
        [2, 1],
      ],
      ([a = 0, b = 0, c = 0]: readonly number[]) => a + b + c,
    ],
    [
      'a diamond',
      4,
      [
        [1, 0],
        [2, 0],
        [3, 1],
        [3, 2],
      ],
      ([a = 0, b = 0, c = 0, d = 0]: readonly number[]) => a + Math.max(b, c) + d,
    ],
  ] as [string, number, [number, number][], (times: readonly number[]) => number][])(
    'are forecast as following the process has it: %s',
    (_, count, edges, work) => {
      const truth = slowly(work, count);
      percentilesOf(count, edges).forEach((value, i) => {
        const level = (PERCENTILES[i] ?? 0) / 100;
        // What the histories are off by comes in once for each feature of the path.
        const error = Math.sqrt(level * (1 - level)) * (1 / Math.sqrt(TRIALS) + 3 / Math.sqrt(HISTORIES));
        expect(Math.abs(shareUpTo(truth, value ?? 0) - level)).toBeLessThan(3 * error);
      });
    },
  );
});
