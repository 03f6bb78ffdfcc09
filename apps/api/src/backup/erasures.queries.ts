import { statement } from '@app/database';

/** One writer of the journals at a time, over all processes. Held until the transaction ends. */
export const LOCK_JOURNAL = statement(`SELECT pg_advisory_xact_lock(hashtextextended('erasure journal', 0))`);

export const NEW_ERASURES = statement(`
  SELECT user_id AS user, to_json(erased_at) #>> '{}' AS "erasedAt" FROM erasures WHERE NOT journaled ORDER BY user_id`);

export const ALL_ERASURES = statement(`
  SELECT user_id AS user, to_json(erased_at) #>> '{}' AS "erasedAt" FROM erasures ORDER BY user_id`);

/** $1 ids. */
export const MARK_JOURNALED = statement(
  `UPDATE erasures SET journaled = true WHERE user_id = ANY ($1::uuid[])`,
);

/** $1 ids: those of them who are here, and not erased. */
export const STILL_THERE = statement(`
  SELECT id FROM users WHERE id = ANY ($1::uuid[]) AND status <> 'deleted' ORDER BY id FOR UPDATE`);

/** $1 ids, $2 moments: all that is known, so that the next backup knows it, too. */
export const REMEMBER_ERASURES = statement(`
  INSERT INTO erasures (user_id, erased_at) SELECT * FROM unnest($1::uuid[], $2::timestamptz[])
  ON CONFLICT (user_id) DO UPDATE SET erased_at = excluded.erased_at`);
