import { statement } from '@app/database';

/** $1 username or email, $2 address. `lower` on both sides is what the unique indexes hold. */
export const FIND_LOGIN = statement(`
  SELECT id, password_hash AS "passwordHash", status, role,
         EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = users.id AND s.ip = $2) AS here
  FROM users WHERE lower(username) = lower($1) OR lower(email) = lower($1) LIMIT 1`);

/** $1 user. */
export const RECORD_LOGIN = statement(
  `UPDATE users SET last_login = now() WHERE id = $1 AND status = 'active' RETURNING id`,
);

/** $1 user, $2 the hash that was verified, $3 that of the same password by today's parameters. */
export const REHASH = statement(`UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2`);
