import { attributes, BAR, day, FAINT, HEIGHT, INK, INNER, LINE, MARGIN, rule, svg, text, WIDTH } from './svg';

/** A forecast as it was on a day; dates are RFC 3339, null: beyond history. */
export interface PlottedDay {
  readonly asOf: string;
  readonly currentStage: string;
  readonly p50: string | null;
  readonly p85: string | null;
  readonly p95: string | null;
}

export interface PlottedHistory {
  readonly name: string;
  readonly days: readonly PlottedDay[];
  /** When it was completed, if it was. */
  readonly completed: string | null;
}

/** Where moments are, epoch ms. */
interface Axes {
  readonly oldest: number;
  readonly end: number;
  readonly latest: number;
  readonly across: (moment: number) => number;
  /** The upper edge for what is beyond history. */
  readonly up: (date: string | null) => number;
}

const MINUTE_MS = 60_000;

/** How the forecast of a feature moved: to the right when it was made, upwards the dates that it had. @returns an SVG document */
export function historySvg({ name, days, completed }: PlottedHistory): string {
  const title = `Forecasts of ${escaped(name)}`;
  const axes = axesOf(days, completed);
  if (!axes) return svg(title, '', [text(MARGIN, HEIGHT / 2, 'No forecast was stored yet.', INK)]);
  const { oldest, end, latest, across, up } = axes;
  const diagonal = [across(oldest), up(iso(oldest)), across(end), up(iso(end))] as const;
  const parts = [
    band(days, axes),
    rule(...diagonal, FAINT),
    ...course(days, 'p50', axes, BAR),
    ...course(days, 'p85', axes, LINE),
    ...days.flatMap((each) => dot(each, axes)),
    ...completion(completed, axes),
    text(MARGIN, HEIGHT - 30, day(oldest), INK),
    text(WIDTH - MARGIN - 70, HEIGHT - 30, day(end), INK),
    text(MARGIN, MARGIN - 6, day(latest), FAINT),
  ];
  const note = `${days.length} days; red: p85; blue: p50 to p95, to the upper edge where that is beyond history; grey: the day itself`;
  return svg(title, note, parts);
}

function axesOf(days: readonly PlottedDay[], completed: string | null): Axes | null {
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return null;
  const oldest = Date.parse(first.asOf);
  const end = Math.max(Date.parse(last.asOf), completed === null ? 0 : Date.parse(completed));
  const dates = days.flatMap(({ p50, p85, p95 }) => [p50, p85, p95]).filter((date) => date !== null);
  const latest = dates.reduce((most, date) => Math.max(most, Date.parse(date)), end);
  const across = scale(oldest, end, MARGIN, INNER.width);
  const height = scale(oldest, latest, HEIGHT - MARGIN, -INNER.height);
  return { oldest, end, latest, across, up: (date) => (date === null ? MARGIN : height(Date.parse(date))) };
}

function scale(from: number, to: number, start: number, length: number): (moment: number) => number {
  const span = Math.max(MINUTE_MS, to - from);
  return (moment) => start + ((moment - from) / span) * length;
}

/** From p50 to p95, over the days that have a p50. */
function band(days: readonly PlottedDay[], { across, up }: Axes): string {
  const dated = days.filter(({ p50 }) => p50 !== null);
  const corner = (asOf: string, date: string | null) =>
    [across(Date.parse(asOf)), up(date)].map((at) => Math.round(at * 10) / 10).join(',');
  const corners = [
    ...dated.map(({ asOf, p95 }) => corner(asOf, p95)),
    ...dated.toReversed().map(({ asOf, p50 }) => corner(asOf, p50)),
  ];
  return `<polygon points="${corners.join(' ')}" fill="${BAR}" fill-opacity="0.4"/>`;
}

/** A line from day to day, with gaps where there is no date. */
function course(
  days: readonly PlottedDay[],
  percentile: 'p50' | 'p85',
  { across, up }: Axes,
  stroke: string,
): string[] {
  return days.slice(1).flatMap((to, i) => {
    const from = days[i] as PlottedDay;
    if (from[percentile] === null || to[percentile] === null) return [];
    const [x1, x2] = [from, to].map(({ asOf }) => across(Date.parse(asOf))) as [number, number];
    return [rule(x1, up(from[percentile]), x2, up(to[percentile]), stroke, 1.5)];
  });
}

function dot({ asOf, currentStage, p85 }: PlottedDay, { across, up }: Axes): string[] {
  if (p85 === null) return [];
  const title = `${asOf.slice(0, 10)}, ${escaped(currentStage)}: p85 ${p85.slice(0, 16).replace('T', ' ')}`;
  const place = attributes({ cx: across(Date.parse(asOf)), cy: up(p85), r: 2.5 });
  return [`<circle ${place} fill="${LINE}"><title>${title}</title></circle>`];
}

function completion(completed: string | null, { up }: Axes): string[] {
  if (completed === null) return [];
  const y = up(completed);
  const caption = text(MARGIN + 4, y - 4, `completed ${completed.slice(0, 10)}`, INK);
  return [rule(MARGIN, y, WIDTH - MARGIN, y, INK), caption];
}

const iso = (moment: number) => new Date(moment).toISOString();

/** As XML takes it, which has no control characters. */
function escaped(name: string): string {
  return name
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
