import type { DataSource } from 'typeorm';
import type { Config } from '../config/config';
import { type BlobStore, blobStoreOf } from '../storage/storage.service';
import { type Check, examine, type Finding } from './finding';

/** How many attachments and files are looked at, and how many at once: fuse backup looks at all of them. */
const SAMPLE = 2000;
const AT_ONCE = 16;
/** Seconds. The relay looks every 2. */
const OUTBOX_LAG = 60;
const MAIL_AGE = 3600;
/** A file whose row is not there yet may be an upload that is just being attached, in ms. */
const JUST_NOW = 3600_000;

/** What the installation holds: events, mails, files. The schema is there. */
export async function contentFindings(on: DataSource, config: Config): Promise<Finding[]> {
  const blobs = blobStoreOf(config);
  return [
    await examine('events', (check) => eventsFinding(on, check)),
    await examine('mail.queue', (check) => queueFinding(on, config, check)),
    await examine('paused', (check) => pausedFinding(on, check)),
    await examine('files.missing', (check) => missingFinding(on, blobs, check)),
    await examine('files.orphaned', (check) => orphanedFinding(on, blobs, check)),
  ];
}

type Waiting = { count: number; seconds: number };

async function eventsFinding(on: DataSource, check: Check): Promise<Finding> {
  const [row] = await on.query<[Waiting]>(
    `SELECT count(*)::int AS count, coalesce(extract(epoch FROM clock_timestamp() - min(time)), 0)::int AS seconds
     FROM events WHERE position IS NULL`,
  );
  if (row.seconds < OUTBOX_LAG) return check.ok(`${row.count} wait for their position`);
  return check.warning(
    `${row.count} wait for their position, the oldest for ${row.seconds} s`,
    'A running server gives it within seconds. If one runs, look for "events cannot be relayed" in its log.',
  );
}

async function queueFinding(on: DataSource, { SMTP_URL }: Config, check: Check): Promise<Finding> {
  const [row] = await on.query<[Waiting]>(
    `SELECT count(*)::int AS count, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::int AS seconds
     FROM outgoing_mails`,
  );
  if (row.count === 0 || (SMTP_URL !== undefined && row.seconds < MAIL_AGE))
    return check.ok(`${row.count} wait`);
  return check.warning(
    `${row.count} wait, the oldest for ${row.seconds} s`,
    SMTP_URL === undefined
      ? 'SMTP_URL is not set any more: set it again, or they stay.'
      : 'Look for "a mail could not be sent" in the log of the server, and at the check mail.server.',
  );
}

async function pausedFinding(on: DataSource, check: Check): Promise<Finding> {
  const rows = await on.query<Array<{ since: string; reason: string }>>(
    `SELECT to_json(paused_at) #>> '{}' AS since, paused_reason AS reason FROM installation_state WHERE paused_at IS NOT NULL`,
  );
  const [pause] = rows;
  if (!pause) return check.ok('mail and jobs run');
  return check.warning(
    `Mail and jobs rest since ${pause.since} (${pause.reason})`,
    'fuse resume lets them go on.',
  );
}

async function missingFinding(on: DataSource, blobs: BlobStore, check: Check): Promise<Finding> {
  const rows = await on.query<AttachmentRow[]>(
    `SELECT id, file_path AS key, size_bytes AS bytes FROM attachments WHERE deleted_at IS NULL
     ORDER BY created_at DESC LIMIT $1`,
    [SAMPLE],
  );
  const bad: string[] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE);
    const whole = await Promise.all(some.map((row) => isWhole(blobs, row)));
    bad.push(...some.filter((_, i) => !whole[i]).map(({ id }) => id));
  }
  if (bad.length === 0) return check.ok(`those of the newest ${rows.length} attachments are there`);
  return check.failed(
    `The files of ${bad.length} attachments are missing or cut, first ${bad[0]}`,
    'Take them from a backup: its folder blobs/ has them by the same names (docs/operations/recovery.md).',
  );
}

type AttachmentRow = { id: string; key: string; bytes: string | null };

async function isWhole(blobs: BlobStore, { key, bytes }: AttachmentRow): Promise<boolean> {
  const found = await blobs.open(key);
  return found !== null && (bytes === null || found.bytes === Number(bytes));
}

async function orphanedFinding(on: DataSource, blobs: BlobStore, check: Check): Promise<Finding> {
  const changed = new Map<string, number>();
  for await (const blob of blobs.list()) {
    changed.set(blob.key, blob.changed);
    if (changed.size === SAMPLE) break;
  }
  const rows = await on.query<Array<{ key: string }>>(
    // Those of attachments that were removed go by themselves, once no backup needs them.
    `SELECT f.key FROM unnest($1::text[]) AS f (key)
     WHERE NOT EXISTS (SELECT FROM attachments a WHERE a.file_path = f.key)
       AND NOT EXISTS (SELECT FROM removed_blobs r WHERE r.key = f.key)`,
    [[...changed.keys()]],
  );
  const old = rows.filter(({ key }) => Date.now() - (changed.get(key) ?? 0) > JUST_NOW);
  if (old.length === 0) return check.ok(`none among ${changed.size} files`);
  return check.warning(
    `${old.length} files of ${changed.size} belong to no attachment, first ${old[0]?.key}`,
    'They only take room. Make a backup and verify it; then they may be removed by hand.',
  );
}
