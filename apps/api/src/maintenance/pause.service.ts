import type { Queryable } from '@app/database';
import { PAUSE, RESUME } from './maintenance.queries';

/** Lets mail and jobs rest, in every process at once. */
export async function pauseWork(tx: Queryable, reason: 'restored'): Promise<void> {
  await tx.query(PAUSE, [reason]);
}

/** @returns false when nothing was paused */
export async function resumeWork(on: Queryable): Promise<boolean> {
  return (await on.query(RESUME)).length > 0;
}
