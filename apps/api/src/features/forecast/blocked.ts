import { completedBy, type History } from './record';

/**
 * How long a feature was kept waiting by what has to be completed before its start, within a span: the union of the
 * waits, ms. A dependency counts from when it was put until the other was completed, as far as `asOf` knows.
 */
export function blockedTime(
  history: History,
  feature: number,
  { from, to, asOf }: { from: number; to: number; asOf: number },
): number {
  const waits: [number, number][] = [];
  for (const { on, toFinish, since } of history.edges[feature] ?? []) {
    if (toFinish || since > to) continue;
    const wait: [number, number] = [Math.max(from, since), Math.min(to, completedBy(history, on, asOf))];
    if (wait[1] > wait[0]) waits.push(wait);
  }
  waits.sort((a, b) => a[0] - b[0]);
  let [blocked, reached] = [0, from];
  for (const [start, end] of waits) {
    blocked += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return blocked;
}

/**
 * Whether something that has to be completed before this feature's completion came to its end only within a span: then
 * the feature may have been waiting, and how long it took itself cannot be told.
 */
export function mayHaveWaited(
  history: History,
  feature: number,
  { from, to, asOf }: { from: number; to: number; asOf: number },
): boolean {
  return (history.edges[feature] ?? []).some(
    ({ on, toFinish, since }) => toFinish && since <= to && completedBy(history, on, asOf) > from,
  );
}
