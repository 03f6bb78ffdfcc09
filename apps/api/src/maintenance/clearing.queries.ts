import { type Statement, statement } from '@app/database';

/** Removes rows of a table that are past their use; $1 most rows. */
const expired = (table: string, key: string, where: string): Statement =>
  statement(`
  WITH gone AS (
    DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT $1::int FOR UPDATE SKIP LOCKED)
    RETURNING 1
  )
  SELECT count(*)::int AS done FROM gone`);

/** For who asks what happened: so long are ended sessions and links that nobody can use any more still there. */
const LONG_AGO = `now() - interval '30 days'`;

/** By the name under which they are told. Replies are replayed for a day. */
export const CLEARINGS: Readonly<Record<string, Statement>> = {
  sessions: expired('sessions', 'id', `expires_at < ${LONG_AGO} OR revoked_at < ${LONG_AGO}`),
  refreshTokens: expired('refresh_tokens', 'token_hash', `used_at < ${LONG_AGO}`),
  oneTimeTokens: expired('one_time_tokens', 'token_hash', `expires_at < ${LONG_AGO}`),
  idempotencyKeys: expired('idempotency_keys', 'id', `created_at < now() - interval '25 hours'`),
};

/**
 * The oldest by their ids, which are in the order of time but for moments. An array of them is looked up in the index, whatever
 * the planner thinks of their number; joined, they would have it read the whole table for each batch.
 */
const clearEvents = (which: string): Statement =>
  statement(`
  WITH gone AS (
    DELETE FROM events WHERE id = ANY (ARRAY(
      SELECT id FROM events
      WHERE position IS NOT NULL AND time < now() - make_interval(days => $1::int) AND ${which}
      ORDER BY id LIMIT $2::int))
    RETURNING position
  ), passed AS (
    UPDATE installation_state SET events_removed_to = greatest(events_removed_to, (SELECT max(position) FROM gone))
    WHERE EXISTS (SELECT FROM gone)
  )
  SELECT count(*)::int AS done FROM gone`);

/** $1 days, $2 most rows. All but those about accounts. Remembers how far readers have lost something. */
export const CLEAR_EVENTS = clearEvents(`subject_type <> 'user'`);

/** $1 days, $2 most rows. Those about accounts. */
export const CLEAR_AUDIT = clearEvents(`subject_type = 'user'`);

/** $1 days, $2 most rows. */
export const CLEAR_ORIGINS = statement(`
  WITH gone AS (
    DELETE FROM event_origins WHERE id IN (
      SELECT id FROM event_origins WHERE created_at < now() - make_interval(days => $1::int) LIMIT $2::int)
    RETURNING 1
  )
  SELECT count(*)::int AS done FROM gone`);
