import { backtest, casesOf } from './backtest';
import { Random } from './random';
import { historyOf, type RecordedHistory } from './record';

const ALIKE = { recency: { kind: 'all' }, sameAuthor: 1 } as const;
const REQUEST = { age: 0, cases: 1000, trials: 200, seed: 1, weighting: ALIKE };

/** One feature starts every 10; each is done 1 to 60 later. What happens after `end` is not in the record. */
function recorded(count: number, end = Infinity): RecordedHistory {
  const random = new Random(1, 'record');
  const features = Array.from({ length: count }, (_, i) => {
    const [start, review, done] = [10 * i, 10 * i + 1 + random.next() * 20, 10 * i + 22 + random.next() * 40];
    const entries: [string, number][] = [
      ['development', start],
      ['review', review],
      ['completed', done],
    ];
    return [`f${1000 + i}`, entries.filter(([, time]) => time <= end)] as const;
  });
  return { stages: ['development', 'review', 'completed'], features, dependencies: [] };
}

describe('a backtest', () => {
  it('knows nothing of what came after each moment', () => {
    const whole = casesOf(historyOf(recorded(80)), REQUEST).cases;
    const cut = casesOf(historyOf(recorded(80, 600)), REQUEST).cases;
    expect(cut.length).toBeGreaterThan(30);
    for (const [i, { moment, forecast, naive }] of cut.entries())
      expect([moment, forecast, naive]).toEqual([whole[i]?.moment, whole[i]?.forecast, whole[i]?.naive]);
  });

  it('counts the cases whose date lies within the record, completed or not', () => {
    const history = historyOf(recorded(60, 600));
    const { cases, tooEarly } = casesOf(history, REQUEST);
    expect(cases.length + tooEarly).toBe(60);
    expect(cases.filter(({ actual }) => actual === Infinity).length).toBeGreaterThan(0);
    const { scores, forecasts } = backtest(history, REQUEST);
    expect(forecasts).toBe(cases.length);
    const end = Math.max(...history.time);
    for (const [i, score] of scores.entries()) {
      const judged = cases.filter(({ moment, forecast }) => moment + (forecast[i] ?? Infinity) <= end);
      expect(judged.length).toBeLessThan(cases.length);
      expect(score.cases).toBe(judged.length);
      expect(score.hits).toBe(judged.filter(({ actual, forecast }) => actual <= (forecast[i] ?? 0)).length);
      expect(score.hitRate).toBeCloseTo(score.hits / score.cases, 12);
    }
  });

  it('costs what is still open as much as is known, and sums the losses of all percentiles', () => {
    const { features, ...rest } = recorded(60);
    const open = features.map(([id, entries], i) => [id, i === 30 ? entries.slice(0, 1) : entries] as const);
    const history = historyOf({ ...rest, features: open });
    const { scores, lossInDays, lossInLogarithms } = backtest(history, REQUEST);
    const sum = (loss: 'pinball' | 'naivePinball' | 'logPinball' | 'naiveLogPinball') =>
      scores.reduce((total, score) => total + (score[loss] ?? NaN), 0);
    expect(sum('pinball')).toBeLessThan(600);
    expect(lossInDays?.change).toBeCloseTo(sum('pinball') / sum('naivePinball') - 1, 12);
    expect(lossInLogarithms?.change).toBeCloseTo(sum('logPinball') / sum('naiveLogPinball') - 1, 12);
    expect(lossInLogarithms?.change).not.toBe(lossInDays?.change);
  });

  it('forecasts each feature at an age, if it was open by then', () => {
    const history = historyOf(recorded(60));
    const { cases } = casesOf(history, { ...REQUEST, age: 40 });
    const started = cases.map(({ moment }) => (moment - 40) / 10);
    expect(started.every(Number.isInteger)).toBe(true);
    expect(cases.every(({ actual }) => actual > 0)).toBe(true);
    expect(cases.length).toBeLessThan(45);
  });

  it('does not know more than the first stage of a feature that begins', () => {
    const { features, ...rest } = recorded(40);
    const [last] = features.slice(-1).map(([id, entries]) => {
      const [first, second, third] = entries;
      const same: [string, number] = [second?.[0] ?? '', first?.[1] ?? 0];
      return [id, [first, same, third].filter((entry) => entry !== undefined)] as const;
    });
    if (!last) throw new Error('no feature');
    const plain = casesOf(historyOf({ ...rest, features }), REQUEST).cases.at(-1);
    const quick = casesOf(
      historyOf({ ...rest, features: [...features.slice(0, -1), last] }),
      REQUEST,
    ).cases.at(-1);
    expect(quick?.forecast).toEqual(plain?.forecast);
  });
});
