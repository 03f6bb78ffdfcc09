/** What was written down of the features: plain data, as it travels to a worker. Times are epoch milliseconds. */
export interface RecordedHistory {
  /** All stages in their configured order: the first is where features begin, the last where they are completed. */
  readonly stages: readonly string[];
  /** Each feature with the stages that it entered and when, in the order in which it did, and who made it, where that is known. */
  readonly features: readonly RecordedFeature[];
  readonly dependencies: readonly RecordedDependency[];
}

export type RecordedFeature = readonly [
  id: string,
  entries: readonly (readonly [stage: string, at: number])[],
  author?: string | null,
];

export type RecordedDependency = readonly [
  featureId: string,
  dependsOnId: string,
  type: 'finish_to_start' | 'finish_to_finish',
  since: number,
];

/** One dependency as seen from the feature that has to wait. */
export interface Edge {
  readonly on: number;
  readonly toFinish: boolean;
  /** When it was put, epoch ms. */
  readonly since: number;
}

/** The history in arrays. Features are numbered by ascending id, stages by their configured order and then as they come. */
export interface History {
  readonly stages: readonly string[];
  readonly final: number;
  readonly ids: readonly string[];
  /** Entries of feature `i` stand from `offsets[i]` to before `offsets[i + 1]`. */
  readonly offsets: Int32Array;
  readonly stage: Int16Array;
  readonly time: Float64Array;
  /** The number of who made each feature; -1 where that is not known. */
  readonly author: Int32Array;
  /** Features in the order in which they started. */
  readonly byStart: Int32Array;
  /** What each feature waits for. */
  readonly edges: readonly (readonly Edge[])[];
}

/** The number of the stage in which features begin. */
export const FIRST = 0;

export function historyOf(recorded: RecordedHistory): History {
  const features = recorded.features
    .filter(([, entries]) => entries.length > 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const stages = [...recorded.stages];
  const numbers = new Map(stages.map((name, i) => [name, i]));
  const offsets = new Int32Array(features.length + 1);
  features.forEach(([, entries], i) => (offsets[i + 1] = (offsets[i] ?? 0) + entries.length));
  const stage = new Int16Array(offsets[features.length] ?? 0);
  const time = new Float64Array(stage.length);
  let at = 0;
  for (const [, entries] of features)
    for (const [name, moment] of entries) {
      if (!numbers.has(name)) numbers.set(name, stages.push(name) - 1);
      stage[at] = numbers.get(name) ?? 0;
      time[at++] = moment;
    }
  const ids = features.map(([id]) => id);
  const final = recorded.stages.length - 1;
  const start = (feature: number) => time[offsets[feature] ?? 0] ?? 0;
  const byStart = Int32Array.from(ids.keys()).sort((a, b) => start(a) - start(b) || a - b);
  const edges = edgesOf(ids, recorded.dependencies);
  return { stages, final, ids, offsets, stage, time, author: authorsOf(features), byStart, edges };
}

function authorsOf(features: readonly RecordedFeature[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(features, ([, , author]) => {
    if (author === undefined || author === null) return -1;
    if (!numbers.has(author)) numbers.set(author, numbers.size);
    return numbers.get(author) ?? -1;
  });
}

function edgesOf(ids: readonly string[], dependencies: readonly RecordedDependency[]): Edge[][] {
  const numbers = new Map(ids.map((id, i) => [id, i]));
  const edges = ids.map((): Edge[] => []);
  for (const [id, dependsOnId, type, since] of dependencies) {
    const [feature, on] = [numbers.get(id), numbers.get(dependsOnId)];
    if (feature === undefined || on === undefined) continue;
    edges[feature]?.push({ on, toFinish: type === 'finish_to_finish', since });
  }
  return edges;
}

/** When a feature was made, epoch ms. */
export function startOf({ time, offsets }: History, feature: number): number {
  return time[offsets[feature] as number] as number;
}

/** How many entries a feature had by a moment, the moment included. */
export function entriesBy(history: History, feature: number, moment: number): number {
  const from = history.offsets[feature] as number;
  let to = history.offsets[feature + 1] as number;
  while (to > from && (history.time[to - 1] as number) > moment) to--;
  return to - from;
}

/** When a feature was completed as far as that was known at a moment: Infinity if it was not, or was reopened. */
export function completedBy(history: History, feature: number, moment: number): number {
  const last = (history.offsets[feature] as number) + entriesBy(history, feature, moment) - 1;
  if (last < (history.offsets[feature] as number) || history.stage[last] !== history.final) return Infinity;
  return history.time[last] as number;
}
