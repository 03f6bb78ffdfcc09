import { historySvg, type PlottedDay } from './plot-history';

const made = (day: number, more: Partial<PlottedDay> = {}): PlottedDay => ({
  asOf: `2026-01-0${day}T12:00:00.000Z`,
  currentStage: 'review',
  p50: '2026-01-05T12:00:00.000Z',
  p85: '2026-01-07T12:00:00.000Z',
  p95: '2026-01-09T12:00:00.000Z',
  ...more,
});

/** Corners of the band, in its order. */
const corners = (svg: string) =>
  (/<polygon points="([^"]*)"/.exec(svg)?.[1] ?? '')
    .split(' ')
    .map((corner) => corner.split(',').map(Number));

describe('a history of forecasts', () => {
  it('is drawn to scale: days to the right, dates upwards', () => {
    const svg = historySvg({ name: 'f', days: [made(1), made(3), made(5)], completed: null });
    // Eight days from the first day to the last date over 244 units, four days from the first to the last over 664.
    expect(corners(svg)).toEqual([
      [48, 48],
      [380, 48],
      [712, 48],
      [712, 170],
      [380, 170],
      [48, 170],
    ]);
    expect(svg.match(/<circle /g)).toHaveLength(3);
    expect(svg).toContain('2026-01-03, review: p85 2026-01-07 12:00');
  });

  it('has a band up to the edge, and gaps in its lines, where something is beyond history', () => {
    const days = [made(1), made(2, { p85: null, p95: null }), made(3)];
    const svg = historySvg({ name: 'f', days, completed: '2026-01-04T12:00:00.000Z' });
    expect(corners(svg)[1]?.[1]).toBe(48);
    expect(svg.match(/stroke="#b3261e"/g)).toBeNull();
    expect(svg).toContain('completed 2026-01-04');
    expect(svg).not.toMatch(/NaN|Infinity|null|undefined/);
  });

  it('takes any name, a single day, and none', () => {
    const svg = historySvg({ name: `<a> & "b'\u0001`, days: [made(1)], completed: null });
    expect(svg).toContain('Forecasts of &#60;a&#62; &#38; &#34;b&#39; ');
    expect(svg).not.toMatch(/NaN|Infinity|null|undefined/);
    expect(historySvg({ name: 'f', days: [], completed: null })).toContain('No forecast was stored yet.');
  });
});
