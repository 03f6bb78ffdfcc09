import type { ForecastResponse } from './dto/forecast.response';
import { backtestSvg, forecastSvg } from './plot';

const FORECAST = {
  asOf: '2026-01-01T00:00:00.000Z',
  trials: 100,
  seed: 1,
  completion: {
    p50: '2026-01-02T00:00:00.000Z',
    p70: '2026-01-02T12:00:00.000Z',
    p85: '2026-01-03T00:00:00.000Z',
    p95: null,
    beyondHistory: true,
  },
  histogram: {
    bins: [
      { from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z', share: 0.3 },
      { from: '2026-01-02T00:00:00.000Z', to: '2026-01-03T00:00:00.000Z', share: 0.6 },
    ],
    later: 0,
    beyondHistory: 0.1,
  },
} as ForecastResponse;

/** What is drawn, by attribute. */
const all = (svg: string, element: string, attribute: string) =>
  [...svg.matchAll(new RegExp(`<${element} [^>]*\\b${attribute}="([^"]*)"`, 'g'))].map(([, value]) =>
    Number(value),
  );

describe('plots', () => {
  it('draw a histogram to scale, and a line for each date that there is', () => {
    const svg = forecastSvg(FORECAST);
    const [, first = 0, second = 0] = all(svg, 'rect', 'height');
    expect(second / first).toBeCloseTo(2, 5);
    const [, p50, , p85] = all(svg, 'line', 'x1');
    expect([p50, p85]).toEqual([380, 712]);
    expect(svg).not.toContain('p95');
    expect(svg).not.toMatch(/NaN|Infinity|null|undefined/);
  });

  it('draw a forecast that has no dates', () => {
    const nothing = { p50: null, p70: null, p85: null, p95: null, beyondHistory: true };
    const histogram = { bins: [], later: 0, beyondHistory: 1 };
    const svg = forecastSvg({ ...FORECAST, completion: nothing, histogram });
    expect(svg).toContain('History reaches no completion.');
    expect(svg).not.toMatch(/NaN|Infinity|null|undefined/);
  });

  it('draw hit rates where they are', () => {
    const score = { cases: 10, hits: 5, beyondHistory: 0, naiveHits: 2, pinball: 1, naivePinball: 1 };
    const logs = { logPinball: 1, naiveLogPinball: 1 };
    const known = {
      ...score,
      ...logs,
      percentile: 50,
      hitRate: 0.5,
      interval: [0.25, 0.75] as [number, number],
    };
    const unknown = { ...known, percentile: 95, cases: 0, hitRate: null, interval: null };
    const svg = backtestSvg({
      ageMs: 0,
      trials: 1,
      seed: 1,
      without: [],
      lossInDays: null,
      lossInLogarithms: null,
      forecasts: 10,
      tooEarly: 0,
      percentiles: [known, unknown],
    });
    expect(all(svg, 'circle', 'cx')).toEqual([237.7, 237.7]);
    expect(all(svg, 'circle', 'cy')).toEqual([222.3, 292]);
    expect(svg).not.toMatch(/NaN|p95/);
  });
});
