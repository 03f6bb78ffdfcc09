import { statement } from '@app/database';
import { eventOf } from '../events/outbox';

/**
 * $1 days, $2 most tasks. Removes tasks that were deleted longer ago, with their messages and attachments. An attachment that
 * also belongs to a message of another task stays with that one.
 */
export const PURGE_TASKS = statement(`
  WITH gone AS MATERIALIZED (
    SELECT id FROM tasks WHERE deleted_at < now() - make_interval(days => $1::int)
    ORDER BY deleted_at LIMIT $2::int FOR UPDATE SKIP LOCKED
  ), said AS MATERIALIZED (
    SELECT id FROM messages WHERE task_id IN (SELECT id FROM gone)
  ), loose AS (
    UPDATE attachments SET task_id = NULL
    WHERE task_id IN (SELECT id FROM gone) AND message_id IS NOT NULL AND message_id NOT IN (SELECT id FROM said)
  ), files AS (
    DELETE FROM attachments
    WHERE message_id IN (SELECT id FROM said) OR (message_id IS NULL AND task_id IN (SELECT id FROM gone))
    RETURNING file_path
  ), kept AS (
    INSERT INTO removed_blobs (key) SELECT DISTINCT file_path FROM files ON CONFLICT (key) DO NOTHING
  ), messages AS (
    DELETE FROM messages WHERE id IN (SELECT id FROM said)
  ), changed AS (
    DELETE FROM tasks WHERE id IN (SELECT id FROM gone) RETURNING id
  ), event AS (${eventOf('task.purged', 'changed', { actor: 'NULL', requestId: 'NULL' })})
  SELECT count(*)::int AS done FROM changed`);

/** $1 days, $2 most rows. Attachments that were deleted longer ago, one by one. */
export const PURGE_ATTACHMENTS = statement(`
  WITH gone AS (
    DELETE FROM attachments WHERE id IN (
      SELECT id FROM attachments WHERE deleted_at < now() - make_interval(days => $1::int) LIMIT $2::int FOR UPDATE SKIP LOCKED)
    RETURNING file_path, deleted_at
  ), kept AS (
    INSERT INTO removed_blobs (key, removed_at) SELECT file_path, max(deleted_at) FROM gone GROUP BY 1
    ON CONFLICT (key) DO NOTHING
  )
  SELECT count(*)::int AS done FROM gone`);

/** $1 moment: files that no attachment refers to, and have not since before it. $2 most rows. */
export const UNNEEDED_BLOBS = statement(`
  SELECT key FROM removed_blobs r WHERE removed_at < $1::timestamptz
    AND NOT EXISTS (SELECT FROM attachments a WHERE a.file_path = r.key) ORDER BY removed_at LIMIT $2::int`);

/** $1 keys. */
export const FORGET_BLOBS = statement(`DELETE FROM removed_blobs WHERE key = ANY ($1::text[])`);
