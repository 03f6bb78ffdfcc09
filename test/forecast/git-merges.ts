import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedHistory } from '../../apps/api/src/features/forecast/record';

const FOLDER = join(__dirname, '../../../shared/data/git-merges');

export function hasMerges(name: string): boolean {
  return existsSync(join(FOLDER, name));
}

const ROW =
  /^(?<merge>[0-9a-f]+),.*,(?<first>\d{4}-[^,]+),(?<last>\d{4}-[^,]+),(?<merged>\d{4}-[^,]+)(?:,\d+){5}$/;

/** Each merged branch as a feature: in development from the first to the last commit, in review until the merge. Nothing is left out. */
export function mergesOf(name: string): RecordedHistory {
  const [, ...lines] = readFileSync(join(FOLDER, name), 'utf8').trim().split('\n');
  const features = lines.map((line) => {
    const { merge = '', first = '', last = '', merged = '' } = ROW.exec(line)?.groups ?? {};
    const start = Date.parse(first);
    // Clocks of authors are wrong now and then: time never runs back.
    const end = Math.max(start, Date.parse(merged));
    const entries: [string, number][] = [
      ['development', start],
      ['review', Math.min(Math.max(start, Date.parse(last)), end)],
      ['completed', end],
    ];
    if (!entries.every(([, time]) => Number.isFinite(time))) throw new Error(`not a merge: ${line}`);
    return [merge, entries] as const;
  });
  return { stages: ['development', 'review', 'completed'], features, dependencies: [] };
}
