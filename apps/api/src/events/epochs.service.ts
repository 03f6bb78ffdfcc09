import { type Queryable, statement } from '@app/database';

const END_EPOCH = statement(`
  UPDATE event_epochs SET current = false, last_position = (SELECT coalesce(max(position), 0) FROM events) WHERE current`);

const BEGIN_EPOCH = statement(`INSERT INTO event_epochs (id) VALUES (gen_random_uuid())`);

/** After a restore: positions that are given from now on are another history than what readers may have seen. */
export async function beginEpoch(tx: Queryable): Promise<void> {
  await tx.query(END_EPOCH);
  await tx.query(BEGIN_EPOCH);
}
