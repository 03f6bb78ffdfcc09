import { statement } from '@app/database';

/** $1 username or email. `lower` on both sides is what the unique indexes hold. */
export const FIND_LOGIN = statement(`
  SELECT id, password_hash AS "passwordHash", status, role FROM users
  WHERE lower(username) = lower($1) OR lower(email) = lower($1) LIMIT 1`);

/** $1 user. */
export const RECORD_LOGIN = statement(
  `UPDATE users SET last_login = now() WHERE id = $1 AND status = 'active' RETURNING id`,
);
