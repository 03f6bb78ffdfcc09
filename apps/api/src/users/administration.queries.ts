import { statement } from '@app/database';
import { UNUSABLE_HASH } from '../auth/passwords';
import { eventOf } from '../events/outbox';

/** All active admins, locked in the order that every transaction keeps, so that none can wait for another in a circle. */
export const LOCK_ADMINS = statement(`
  SELECT id FROM users WHERE role = 'admin' AND status = 'active' ORDER BY id FOR UPDATE`);

/** $1 id. */
export const LOCK_USER = statement(`
  SELECT role, status, password_hash <> '${UNUSABLE_HASH}' AS "hasPassword",
         status = 'deleted' AS erased, xmin::text AS version, true AS allowed
  FROM users WHERE id = $1 FOR UPDATE`);

/** $1 actor, $2 request id, $3 id. */
export const ERASE_USER = statement(`
  WITH changed AS (
    UPDATE users SET username = 'erased-' || id, email = 'erased-' || id || '@users.invalid',
      password_hash = '${UNUSABLE_HASH}', status = 'deleted', last_login = NULL
    WHERE id = $3 RETURNING id
  ), event AS (${eventOf('user.deleted', 'changed', { actor: '$1', requestId: '$2' })})
  SELECT id FROM changed`);
