import type { BacktestResponse } from './dto/backtest.response';
import type { ForecastResponse } from './dto/forecast.response';
import {
  attributes,
  BAR,
  day,
  FAINT,
  HEIGHT,
  INK,
  INNER,
  label,
  LINE,
  MARGIN,
  percent,
  rule,
  svg,
  text,
  WIDTH,
} from './svg';

/** Characters of a date down to its minute. */
const MINUTE = 16;
/** Where the axes of hit rates begin: what is below lies on the edge. */
const LOWEST = 0.3;

/** When the last of a forecast's features is completed: its histogram with the percentiles as lines. @returns an SVG document */
export function forecastSvg({ asOf, completion, histogram, trials, seed }: ForecastResponse): string {
  const { bins, beyondHistory, later } = histogram;
  const [from, to] = [Date.parse(bins[0]?.from ?? asOf), Date.parse(bins.at(-1)?.to ?? asOf)];
  const span = Math.max(1, to - from);
  const x = (date: string) => MARGIN + ((Date.parse(date) - from) / span) * INNER.width;
  const tallest = Math.max(...bins.map(({ share }) => share), Number.MIN_VALUE);
  const bars = bins.map(({ from: start, to: end, share }) => {
    const height = (share / tallest) * INNER.height;
    const box = { x: x(start), y: HEIGHT - MARGIN - height, width: x(end) - x(start), height };
    return `<rect ${attributes(box)} fill="${BAR}"><title>${start} to ${end}: ${percent(share)}</title></rect>`;
  });
  const dates = Object.entries(completion).filter(([name]) => name.startsWith('p'));
  const lines = dates.flatMap(([name, date], i) => {
    if (typeof date !== 'string') return [];
    const at = Math.min(x(date), WIDTH - MARGIN);
    return [
      rule(at, MARGIN, at, HEIGHT - MARGIN, LINE),
      label(at, MARGIN + 12 + i * 16, `${name} ${date.slice(0, MINUTE).replace('T', ' ')}`),
    ];
  });
  const note = `${trials} trials, seed ${seed}, as of ${asOf}; later ${percent(later)}, beyond history ${percent(beyondHistory)}`;
  const ends = bins.length
    ? [text(MARGIN, HEIGHT - 30, day(from), INK), text(WIDTH - MARGIN - 70, HEIGHT - 30, day(to), INK)]
    : [text(MARGIN, HEIGHT / 2, 'History reaches no completion.', INK)];
  return svg('Completion', note, [...bars, ...lines, ...ends]);
}

/** How often forecasts of the past held: the hit rate of each percentile with its interval, against its name. @returns an SVG document */
export function backtestSvg({ percentiles, forecasts, tooEarly }: BacktestResponse): string {
  const scaled = (share: number) => Math.max(0, share - LOWEST) / (1 - LOWEST);
  const y = (share: number) => HEIGHT - MARGIN - scaled(share) * INNER.height;
  const x = (share: number) => MARGIN + scaled(share) * INNER.width;
  const marks = percentiles.flatMap(({ percentile, hitRate, interval, naiveHits, cases }) => {
    if (hitRate === null || interval === null) return [];
    const at = x(percentile / 100);
    const [low, high] = interval;
    return [
      rule(at, y(low), at, y(high), BAR, 6),
      `<circle ${attributes({ cx: at, cy: y(hitRate), r: 3 })} fill="${INK}"><title>p${percentile}: ${percent(hitRate)} of ${cases}</title></circle>`,
      `<circle ${attributes({ cx: at, cy: y(naiveHits / cases), r: 3 })} fill="none" stroke="${LINE}"><title>naive: ${percent(naiveHits / cases)}</title></circle>`,
      text(at - 10, HEIGHT - 30, `p${percentile}`, INK),
    ];
  });
  const axis = [LOWEST, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((share) =>
    text(8, y(share) + 4, percent(share), FAINT),
  );
  const ideal = rule(x(LOWEST), y(LOWEST), x(1), y(1), FAINT);
  const note = `${forecasts} forecasts, ${tooEarly} with too little history; bars cover 95 %, circles are the naive forecast`;
  return svg('Completed by the date of each percentile', note, [ideal, ...axis, ...marks]);
}
