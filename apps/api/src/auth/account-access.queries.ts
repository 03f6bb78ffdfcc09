import { statement } from '@app/database';
import { eventOf } from '../events/outbox';

const EVENT = { actor: 'NULL', requestId: '$1' };

/** $1 request id, $2 email: the account that a link may be sent for, if there is one. A row and an event in any case. */
export const REQUEST_RESET = statement(`
  WITH found AS (
    SELECT (SELECT id FROM users
            WHERE lower(email) = lower($2) AND status IN ('active', 'invited') AND role <> 'agent') AS id
  ), event AS (${eventOf('user.reset_requested', 'found', EVENT)})
  SELECT id FROM found`);

/** $1 email: whose it is. */
export const OWNER_OF_EMAIL = statement(`SELECT id, status FROM users WHERE lower(email) = lower($1)`);

/** $1 request id, $2 user, $3 password hash. */
export const SET_PASSWORD = statement(`
  WITH changed AS (
    UPDATE users SET password_hash = $3, status = 'active'
    WHERE id = $2 AND status IN ('active', 'invited') AND role <> 'agent' RETURNING id
  ), others AS (
    DELETE FROM one_time_tokens t USING changed WHERE t.user_id = changed.id AND t.used_at IS NULL
  ), event AS (${eventOf('user.password_reset', 'changed', { ...EVENT, actor: '$2' })})
  SELECT id FROM changed`);
