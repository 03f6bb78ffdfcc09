import { statement } from '@app/database';

/** $1 purpose, $2 user or null. */
export const WITHDRAW_ONE_TIME_TOKENS = statement(`
  DELETE FROM one_time_tokens WHERE purpose = $1 AND user_id IS NOT DISTINCT FROM $2::uuid`);

/** $1 hash, $2 purpose, $3 user or null, $4 lifetime in seconds. */
export const ADD_ONE_TIME_TOKEN = statement(`
  INSERT INTO one_time_tokens (token_hash, purpose, user_id, created_at, expires_at)
  VALUES ($1, $2, $3, now(), now() + make_interval(secs => $4))`);

/** $1 hash, $2 purpose: a row when this was its first use, in time. */
export const SPEND_ONE_TIME_TOKEN = statement(`
  UPDATE one_time_tokens SET used_at = now()
  WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > now() RETURNING user_id AS "userId"`);
