import type { ClientBase } from 'pg';
import { erasePerson } from '../users/erasure.service';
import type { ErasureLine } from './erasure-lines';
import { ALL_ERASURES, REMEMBER_ERASURES, STILL_THERE } from './erasures.queries';
import { transactionOf } from './restored-state';

/** Who was erased as far as a database knows; an older schema knows nobody. */
export async function erasuresOf(client: ClientBase): Promise<ErasureLine[]> {
  const { rows } = await client.query(`SELECT to_regclass('erasures') IS NOT NULL AS known`);
  const [row] = rows as { known: boolean }[];
  return row?.known ? transactionOf(client).query<ErasureLine>(ALL_ERASURES) : [];
}

/** Erases whom a backup has brought back. @returns how many they were */
export async function eraseAgain(client: ClientBase, lines: readonly ErasureLine[]): Promise<number> {
  if (lines.length === 0) return 0;
  const tx = transactionOf(client);
  const byUser = [...new Map(lines.map((line) => [line.user, line])).values()];
  const users = byUser.map(({ user }) => user);
  const back = await tx.query<{ id: string }>(STILL_THERE, [users]);
  for (const { id } of back) await erasePerson(tx, id, { actor: null, requestId: null });
  await tx.query(REMEMBER_ERASURES, [users, byUser.map(({ erasedAt }) => erasedAt)]);
  return back.length;
}
