import type { Comparison, Sample } from './measure';
import { markdown } from './results';
import { median, ratio } from './statistics';

const HEAD = [
  'route',
  'conns',
  'ours req/s',
  'yardstick req/s',
  'ratio (min–max)',
  'p50 ms',
  'p99 ms',
  'p99 ratio',
  'CPU µs/req',
];

/** The comparisons as a Markdown table: medians, ratios pair by pair, ours / yardstick. */
export function table(comparisons: readonly Comparison[]): string {
  return markdown(HEAD, comparisons.map(row));
}

function row(comparison: Comparison): string[] {
  const { ours, yardstick } = comparison;
  const both = (value: (sample: Sample) => number, digits: number) =>
    `${median(ours.map(value)).toFixed(digits)} / ${median(yardstick.map(value)).toFixed(digits)}`;
  const throughput = ratio(comparison, (sample) => sample.requestsPerSecond);
  const tail = ratio(comparison, (sample) => sample.p99);
  const failed = [...ours, ...yardstick].reduce((sum, sample) => sum + sample.failed, 0);
  return [
    comparison.route + (failed ? ` (${failed} failed!)` : ''),
    String(comparison.connections),
    median(ours.map((sample) => sample.requestsPerSecond)).toFixed(0),
    median(yardstick.map((sample) => sample.requestsPerSecond)).toFixed(0),
    `${throughput.median.toFixed(2)} (${throughput.min.toFixed(2)}–${throughput.max.toFixed(2)})`,
    both((sample) => sample.p50, 2),
    both((sample) => sample.p99, 1),
    tail.median.toFixed(2),
    both((sample) => sample.cpuPerRequest ?? NaN, 0),
  ];
}
