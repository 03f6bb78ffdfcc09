import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { Scene } from '../framework/drill';
import type { HttpClient } from './http';
import type { Write, WriteLoad } from './load';

/** What an audit found, each write named by its mark. */
export interface Audit {
  readonly acknowledged: number;
  /** Acknowledged, and not there, or not as it was acknowledged. */
  readonly lost: string[];
  /** There more often than once. */
  readonly doubled: string[];
  /** Acknowledged, with no event or more than one. */
  readonly wrongEvents: string[];
}

const MARKS: Readonly<Record<Exclude<Write['kind'], 'change'>, string>> = {
  task: 'SELECT id, title AS mark FROM tasks',
  message: 'SELECT id, content AS mark FROM messages',
  attachment: 'SELECT id, filename AS mark FROM attachments',
};

/** Compares what a load was told with what the database and the files hold. The load must have been stopped. */
export async function audit(load: WriteLoad, database: Client, api?: HttpClient): Promise<Audit> {
  const found: Audit = { acknowledged: load.acknowledged.length, lost: [], doubled: [], wrongEvents: [] };
  for (const kind of ['task', 'message', 'attachment'] as const)
    await auditRows(load.writes, kind, database, found);
  await auditChanges(load.writes, database, found);
  await auditEvents(load.writes, database, found);
  if (api) await auditFiles(load.acknowledged, api, found);
  return found;
}

/** Audits, and tells the scene: figures and promises. */
export async function auditFor(scene: Scene, load: WriteLoad, database: Client, api?: HttpClient) {
  const { acknowledged, lost, doubled, wrongEvents } = await audit(load, database, api);
  scene.count('writes acknowledged', acknowledged);
  scene.count('lost', lost.length);
  scene.count('doubled', doubled.length);
  scene.count('without exactly one event', wrongEvents.length);
  scene.must('every acknowledged write is there', lost.length === 0, lost.slice(0, 5));
  scene.must('no write is there twice', doubled.length === 0, doubled.slice(0, 5));
  scene.must('each has exactly one event', wrongEvents.length === 0, wrongEvents.slice(0, 5));
  scene.must('no answer but 2xx and 503', load.surprises.length === 0, load.surprises.slice(0, 3));
}

async function auditRows(
  writes: readonly Write[],
  kind: Exclude<Write['kind'], 'change'>,
  database: Client,
  found: Audit,
): Promise<void> {
  const { rows } = await database.query<{ id: string; mark: string }>(MARKS[kind]);
  const ids = Map.groupBy(rows, ({ mark }) => mark);
  for (const { mark, acknowledged } of writes.filter((write) => write.kind === kind)) {
    const there = ids.get(mark) ?? [];
    if (acknowledged !== undefined && !there.some(({ id }) => id === acknowledged)) found.lost.push(mark);
    if (there.length > 1) found.doubled.push(mark);
  }
}

/** Each task has the description that was acknowledged last. */
async function auditChanges(writes: readonly Write[], database: Client, found: Audit): Promise<void> {
  const last = new Map<string, Write>();
  for (const write of writes) if (write.kind === 'change') last.set(write.taskId ?? '', write);
  const sql = 'SELECT id, description FROM tasks WHERE id = ANY ($1)';
  const { rows } = await database.query<{ id: string; description: string }>(sql, [[...last.keys()]]);
  const now = new Map(rows.map(({ id, description }) => [id, description]));
  for (const [id, { mark, acknowledged }] of last)
    if (acknowledged !== undefined && now.get(id) !== mark) found.lost.push(mark);
}

/**
 * Of all the requests that asked for a write under one key, one has left one event: the one that wrote. A change has no key:
 * one that was repeated, since its answer got lost, may have been made twice, with an event for each.
 */
async function auditEvents(writes: readonly Write[], database: Client, found: Audit): Promise<void> {
  const sql = 'SELECT request_id AS id, count(*)::int AS count FROM events GROUP BY 1';
  const { rows } = await database.query<{ id: string; count: number }>(sql);
  const counts = new Map(rows.map(({ id, count }) => [id, count]));
  for (const { kind, mark, acknowledged, requestIds } of writes) {
    const events = requestIds.map((id) => counts.get(id) ?? 0);
    const judged = kind === 'change' ? Math.max(0, ...events) : events.reduce((sum, count) => sum + count, 0);
    const unwritten = kind === 'change' && acknowledged !== undefined && events.at(-1) !== 1;
    const wrong = acknowledged === undefined ? judged > 1 : judged !== 1 || unwritten;
    if (wrong) found.wrongEvents.push(`${mark}: ${events.join(' + ')}`);
  }
}

async function auditFiles(acknowledged: readonly Write[], api: HttpClient, found: Audit): Promise<void> {
  for (const { kind, mark, sha256, acknowledged: id } of acknowledged) {
    if (kind !== 'attachment') continue;
    const { status, body } = await api.get(`/attachments/${id}/content`);
    if (status !== 200 || createHash('sha256').update(body).digest('hex') !== sha256) found.lost.push(mark);
  }
}
