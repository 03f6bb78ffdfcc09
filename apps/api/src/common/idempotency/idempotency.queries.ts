import { statement } from '@app/database';

/** $1 id. Held until the transaction ends, however it ends. */
export const CLAIM = statement(`SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS claimed`);

/** $1 id. */
export const FIND_REPLY = statement(`
  SELECT fingerprint, headers, body FROM idempotency_keys
  WHERE id = $1 AND created_at > now() - interval '24 hours'`);

/** $1 id, $2 user, $3 fingerprint, $4 status, $5 headers (JSON), $6 body. */
export const KEEP_REPLY = statement(`
  INSERT INTO idempotency_keys (id, user_id, fingerprint, status, headers, body, created_at)
  VALUES ($1, $2, $3, $4, $5::jsonb, $6, now())
  ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, status = excluded.status,
    headers = excluded.headers, body = excluded.body, created_at = excluded.created_at`);
