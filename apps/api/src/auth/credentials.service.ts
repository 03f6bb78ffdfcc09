import type { Queryable } from '@app/database';
import { FORGET_CREDENTIALS } from './sessions.queries';

/** Removes every session and token of the user, without a trace of where they were used from. */
export async function forgetCredentials(tx: Queryable, userId: string): Promise<void> {
  await tx.query(FORGET_CREDENTIALS, [userId]);
}
