import { Caller } from './requests';
import { markdown, progress } from './results';
import type { Subjects } from './seed';
import { median } from './statistics';

/** Rows that lie before the deep page: page 5,000 of 20. */
const DEPTH = 100_000;
const LARGEST_PAGE = 100;

/** Two servers of the same build, on a small and on a large database. */
export interface Pair {
  readonly small: Caller;
  readonly large: Caller;
}

/** Medians of one way to ask for a page, in ms. */
interface Flatness {
  readonly name: string;
  readonly first: { readonly small: number; readonly large: number };
  readonly deep: { readonly small: number; readonly large: number };
}

function ways({ users }: Subjects): string[] {
  const keys = ['createdAt', 'updatedAt', 'priority', 'dueDate', 'completedAt', 'title'];
  const filters = [
    'status=blocked',
    'priority=2',
    'priorityMin=3',
    'priorityMax=1',
    `createdBy=${users[3]}`,
    `assignedTo=${users[3]}`,
    'overdue=false',
    'dueBefore=2030-01-01T00:00:00Z',
    'dueAfter=2026-01-01T00:00:00Z',
    'createdSince=2026-01-01T00:00:00Z',
    'updatedSince=2026-01-01T00:00:00Z',
  ];
  return ['', ...filters, ...keys.flatMap((key) => [`sort=${key}`, `sort=-${key}`])];
}

/** Page 1 and a deep page of each way to list tasks, small and large in turn. */
export async function flatness(
  pair: Pair,
  subjects: Record<keyof Pair, Subjects>,
  rounds: number,
): Promise<Flatness[]> {
  const found: Flatness[] = [];
  const here = { small: ways(subjects.small), large: ways(subjects.large) };
  const path = (way = '', cursor?: string) => `/tasks?limit=20&${way}${cursor ? `&cursor=${cursor}` : ''}`;
  for (const [i, small = ''] of here.small.entries()) {
    const large = here.large[i] ?? '';
    progress(`flat: ${small || 'all'}`);
    const deep = { small: await walk(pair.small, small), large: await walk(pair.large, large) };
    const first = await compare(pair, { small: path(small), large: path(large) }, rounds);
    const paths = { small: path(small, deep.small), large: path(large, deep.large) };
    found.push({ name: small || '(all)', first, deep: await compare(pair, paths, rounds) });
  }
  return found;
}

/** The cursor of a page that many rows lie before, or of the last one there is. */
async function walk(caller: Caller, way: string): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let rows = 0; rows < DEPTH; rows += LARGEST_PAGE) {
    const text = await caller.text(`/tasks?limit=${LARGEST_PAGE}&${way}${cursor ? `&cursor=${cursor}` : ''}`);
    const { nextCursor } = JSON.parse(text) as { nextCursor: string | null };
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return cursor;
}

async function compare(pair: Pair, paths: { small: string; large: string }, rounds: number) {
  const times = { small: [] as number[], large: [] as number[] };
  for (let round = -10; round < rounds; round++) {
    for (const size of ['small', 'large'] as const) {
      const ms = await pair[size].time(paths[size]);
      if (round >= 0) times[size].push(ms);
    }
  }
  return { small: median(times.small), large: median(times.large) };
}

/** Medians of full text queries on the large database, in ms. */
export async function searches(caller: Caller, rounds: number): Promise<{ query: string; p50: number }[]> {
  const found = [];
  for (const query of ['parser', 'parser session', '"export retry"', 'backup -replica', 'work']) {
    const times: number[] = [];
    for (let round = -2; round < rounds; round++) {
      const ms = await caller.time(`/tasks?q=${encodeURIComponent(query)}`);
      if (round >= 0) times.push(ms);
    }
    found.push({ query, p50: median(times) });
  }
  return found;
}

export function flatTable(found: readonly Flatness[], tasks: number): string {
  const many = tasks.toLocaleString('en');
  const cells = ({ small, large }: { small: number; large: number }) => [
    small.toFixed(2),
    large.toFixed(2),
    (large / small).toFixed(2),
  ];
  const head = ['tasks by', 'page 1: 10,000', many, 'ratio', 'deep page: 10,000', many, 'ratio'];
  return markdown(
    head,
    found.map(({ name, first, deep }) => [
      name.replace(/=[\w-]{36}$/, '=…'),
      ...cells(first),
      ...cells(deep),
    ]),
  );
}
