import type { Comparison } from './measure';
import { ratio } from './statistics';

const ROW = 22;
const LEFT = 230;
const WIDTH = 460;
const TOP = 34;

/** The ratio of each route's requests/s to the yardstick's as an SVG: the bar is the median, the line the range of pairs. */
export function chart(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map((comparison) => ({
    label: `${comparison.route}, ${comparison.connections}`,
    ...ratio(comparison, (sample) => sample.requestsPerSecond),
  }));
  const most = Math.max(1.5, ...rows.map(({ max }) => max));
  const x = (value: number) => (LEFT + (value / most) * WIDTH).toFixed(1);
  const bars = rows.map(({ label, median, min, max }, i) => {
    const y = TOP + i * ROW;
    const middle = y + 8;
    return `<text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${label}</text>
<rect x="${LEFT}" y="${y}" width="${((median / most) * WIDTH).toFixed(1)}" height="16" fill="${median >= 1 ? '#3a7d44' : '#b3662d'}"/>
<line x1="${x(min)}" x2="${x(max)}" y1="${middle}" y2="${middle}" stroke="#111" stroke-width="2"/>
<text x="${LEFT + WIDTH + 8}" y="${y + 12}">${median.toFixed(2)}</text>`;
  });
  const height = TOP + rows.length * ROW + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + 60}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="8" y="18">Requests/s, ours / hand-written Fastify + pg, by route and connections (line: range of pairs)</text>
${bars.join('\n')}
<line x1="${x(1)}" x2="${x(1)}" y1="${TOP - 6}" y2="${height - 6}" stroke="#888" stroke-dasharray="4 3"/>
</svg>
`;
}
