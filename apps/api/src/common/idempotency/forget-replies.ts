import { type Queryable, statement } from '@app/database';

const FORGET_REPLIES = statement(`
  DELETE FROM idempotency_keys WHERE user_id = $1 OR headers ->> 'Location' LIKE '%/' || $1::uuid::text`);

/** Removes the stored answers that were given to a user, and those that told of them as what was made. */
export async function forgetReplies(tx: Queryable, userId: string): Promise<void> {
  await tx.query(FORGET_REPLIES, [userId]);
}
