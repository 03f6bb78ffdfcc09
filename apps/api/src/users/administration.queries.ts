import { statement } from '@app/database';
import { UNUSABLE_HASH } from '../auth/passwords';
import { eventOf } from '../events/outbox';

/**
 * $1 id. Locks the user and all active admins: in one statement and in order of the id, so that no two transactions can wait for
 * each other. (A row that is no admin any more when its lock is got stays locked, though it is not answered.) The lock
 * lets rows that refer to these users be written meanwhile.
 */
export const LOCK_ACCOUNTS = statement(`
  SELECT id FROM users WHERE id = $1 OR (role = 'admin' AND status = 'active') ORDER BY id FOR NO KEY UPDATE`);

/** $1 id. To be asked after the lock, when nobody else changes these users. */
export const ACCOUNT = statement(`
  SELECT role, status, password_hash <> '${UNUSABLE_HASH}' AS "hasPassword", status = 'deleted' AS erased,
         xmin::text AS version, true AS allowed,
         EXISTS (SELECT 1 FROM users a WHERE a.role = 'admin' AND a.status = 'active' AND a.id <> $1) AS "othersAdminister"
  FROM users WHERE id = $1`);

/** $1 actor, $2 request id, $3 id. */
export const ERASE_USER = statement(`
  WITH changed AS (
    UPDATE users SET username = 'erased-' || id, email = 'erased-' || id || '@users.invalid',
      password_hash = '${UNUSABLE_HASH}', status = 'deleted', last_login = NULL
    WHERE id = $3 RETURNING id
  ), journal AS (
    INSERT INTO erasures (user_id) SELECT id FROM changed ON CONFLICT (user_id) DO NOTHING
  ), event AS (${eventOf('user.deleted', 'changed', { actor: '$1', requestId: '$2' })})
  SELECT id FROM changed`);
