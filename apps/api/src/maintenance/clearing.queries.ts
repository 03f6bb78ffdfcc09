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

/** $1 days, $2 most rows, $3 whether those about accounts. Remembers how far readers have lost something. */
export const CLEAR_EVENTS = statement(`
  WITH gone AS (
    DELETE FROM events WHERE (id, time) IN (
      SELECT id, time FROM events
      WHERE position IS NOT NULL AND time < now() - make_interval(days => $1::int) AND (subject_type = 'user') = $3::boolean
      ORDER BY id LIMIT $2::int)
    RETURNING position
  ), passed AS (
    UPDATE installation_state SET events_removed_to = greatest(events_removed_to, (SELECT max(position) FROM gone))
    WHERE EXISTS (SELECT FROM gone)
  )
  SELECT count(*)::int AS done FROM gone`);

/** $1 days, $2 most rows. */
export const CLEAR_ORIGINS = statement(`
  WITH gone AS (
    DELETE FROM event_origins WHERE id IN (
      SELECT id FROM event_origins WHERE created_at < now() - make_interval(days => $1::int) LIMIT $2::int)
    RETURNING 1
  )
  SELECT count(*)::int AS done FROM gone`);
