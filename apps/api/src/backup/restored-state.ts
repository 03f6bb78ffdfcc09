import type { ClientBase, QueryResultRow } from 'pg';
import type { Queryable } from '@app/database';
import { recordEvent } from '../events/outbox';
import { beginEpoch } from '../events/epochs.service';
import { pauseWork } from '../maintenance/pause.service';
import type { Manifest, SequenceEntry } from './manifest';
import { quoted } from './tables';

/** Numbers that clients remember: who has seen one must never meet it again with another meaning. */
const REMEMBERED = ['events_id_seq', 'events_position_seq'];

/** More events than one database can take. */
const EVENTS_PER_SECOND = 10_000;

/**
 * Lets ids and positions of events begin beyond all that were given out between the backup and now: a client that has read
 * further than the backup goes on reading where it was, and misses nothing.
 * @param before where the target's own sequences stood
 */
export async function leapAhead(
  client: ClientBase,
  before: readonly SequenceEntry[],
  { sequences, time }: Pick<Manifest, 'sequences' | 'time'>,
): Promise<void> {
  const seconds = Math.max(0, Math.ceil((Date.now() - Date.parse(time)) / 1000));
  for (const { name, value } of sequences.filter((sequence) => REMEMBERED.includes(sequence.name))) {
    const own = BigInt(before.find((sequence) => sequence.name === name)?.value ?? 0);
    const known = own > BigInt(value) ? own : BigInt(value);
    const next = known + BigInt(seconds * EVENTS_PER_SECOND);
    await client.query('SELECT setval($1::regclass, $2::bigint)', [quoted(name), String(next)]);
  }
}

/**
 * Ends what somebody may have ended after the backup was made, and drops mails that were about to go out then: they went,
 * or their links are void now.
 */
export async function revokeCredentials(client: ClientBase): Promise<void> {
  await client.query(`
    UPDATE sessions SET revoked_at = now(), revoked_reason = 'restored' WHERE revoked_at IS NULL;
    UPDATE refresh_tokens SET used_at = now() WHERE used_at IS NULL;
    UPDATE one_time_tokens SET used_at = now() WHERE used_at IS NULL;
    UPDATE api_tokens SET revoked_at = now() WHERE revoked_at IS NULL;
    DELETE FROM outgoing_mails`);
}

/**
 * Lets mail and jobs rest until somebody has looked, and tells readers of events what happened: whoever read of the time after
 * the backup is refused from now on.
 */
export async function tellRestore(client: ClientBase, { time }: Pick<Manifest, 'time'>): Promise<void> {
  const tx = transactionOf(client);
  await pauseWork(tx, 'restored');
  await beginEpoch(tx);
  await recordEvent(tx, {
    ...{ type: 'database.restored', subject: null, actor: null, requestId: null },
    data: { time },
  });
}

/** A connection in whose transaction statements run. */
export function transactionOf(client: ClientBase): Queryable {
  return {
    query: async <Row extends QueryResultRow>(
      { name, text }: Parameters<Queryable['query']>[0],
      values = [],
    ) => (await client.query<Row>({ name, text, values: [...values] })).rows,
  };
}
