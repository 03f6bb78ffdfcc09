import type { Queryable } from '@app/database';
import { forgetCredentials } from '../auth/credentials.service';
import { forgetReplies } from '../common/idempotency/forget-replies';
import { ERASE_USER } from './administration.queries';

/** Makes a person unrecognisable and keeps their work; what is erased already stays so. @returns whether there was somebody */
export async function erasePerson(
  tx: Queryable,
  id: string,
  by: { actor: string | null; requestId: string | null },
): Promise<boolean> {
  await forgetCredentials(tx, id);
  await forgetReplies(tx, id);
  return (await tx.query(ERASE_USER, [by.actor, by.requestId, id])).length > 0;
}
