import { byKey, condition, equals, ReadList, ReadShape, statement } from '@app/database';
import { Session } from './session.entity';

/** A session as its owner sees it. */
const sessionShape = new ReadShape(Session, {
  omit: ['userId', 'userAgent', 'revokedAt', 'revokedReason'],
  derived: { device: '$.user_agent' },
});

/** `idle`: the seconds without use after which a session ends. */
export const sessionList = new ReadList(sessionShape, {
  where: '$.revoked_at IS NULL AND $.expires_at > now()',
  defaultSort: '-createdAt',
  filters: {
    owner: equals('userId'),
    idle: condition('$.last_used_at > now() - make_interval(secs => ?::int)'),
  },
});

/** SQL that is true while a session (`s`) and its user (`u`) stand. */
const LIVE = `s.revoked_at IS NULL AND s.expires_at > now() AND u.status = 'active'`;

/** SQL for the role of a user (`u`) in a session, while both stand. */
export function roleIn(session: string, user: string): string {
  return `
  SELECT u.role FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.id = ${session} AND s.user_id = ${user} AND ${LIVE}`;
}

/** By session: its user and their role, while both stand. */
export const SESSION_IN_USE = byKey(`
  SELECT s.id::text AS key, s.user_id AS "userId", u.role FROM sessions s JOIN users u ON u.id = s.user_id
  WHERE s.id = ANY($1) AND ${LIVE}`);

/** $1 user, $2 lifetime in seconds, $3 address, $4 user agent. */
export const OPEN_SESSION = statement(`
  INSERT INTO sessions (user_id, created_at, last_used_at, expires_at, ip, user_agent)
  VALUES ($1, now(), now(), now() + make_interval(secs => $2), $3, $4) RETURNING id`);

/** $1 hash, $2 session. */
export const ADD_REFRESH_TOKEN = statement(`
  INSERT INTO refresh_tokens (token_hash, session_id, created_at) VALUES ($1, $2, now())`);

/** $1 hash. Locks the session, so that two uses of one token follow each other. */
export const FIND_REFRESH_TOKEN = statement(`
  SELECT s.id AS "sessionId", s.user_id AS "userId",
         s.revoked_at IS NULL AND s.expires_at > now() AND s.last_used_at > now() - make_interval(secs => $2)
           AND u.status = 'active' AS alive
  FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
  WHERE t.token_hash = $1 FOR UPDATE OF s`);

/** $1 hash: a row when this was its first use. */
export const SPEND_REFRESH_TOKEN = statement(`
  UPDATE refresh_tokens SET used_at = now() WHERE token_hash = $1 AND used_at IS NULL RETURNING session_id`);

/** $1 hash, $2 seconds: a row when it was used not longer ago than that, and its answer may have been lost. */
export const SPENT_LATELY = statement(`
  SELECT session_id FROM refresh_tokens
  WHERE token_hash = $1 AND used_at > now() - make_interval(secs => $2::int)`);

/** $1 session. */
export const TOUCH_SESSION = statement(`UPDATE sessions SET last_used_at = now() WHERE id = $1`);

/** $1 session, $2 reason, $3 user. */
export const REVOKE_SESSION = statement(`
  UPDATE sessions SET revoked_at = now(), revoked_reason = $2
  WHERE id = $1 AND user_id = $3 AND revoked_at IS NULL RETURNING id`);

/** $1 user, $2 reason, $3 a session that stays, or null. */
export const REVOKE_SESSIONS = statement(`
  UPDATE sessions SET revoked_at = now(), revoked_reason = $2
  WHERE user_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $3::uuid RETURNING id`);

/** $1 user: their sessions (refresh tokens go along), API tokens, one-time tokens and the mails that would bring one, and where they came from. */
export const FORGET_CREDENTIALS = statement(`
  WITH api AS (DELETE FROM api_tokens WHERE user_id = $1),
       once AS (DELETE FROM one_time_tokens WHERE user_id = $1),
       mails AS (DELETE FROM outgoing_mails WHERE user_id = $1),
       origins AS (DELETE FROM event_origins WHERE user_id = $1)
  DELETE FROM sessions WHERE user_id = $1`);
