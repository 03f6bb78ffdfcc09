import { type Queryable, statement } from '@app/database';
import { type EventType, subjectTypeOf } from './event-types';

/** A change, as it is told to others: ids and names of changed fields, no content and no address. */
export interface Change {
  readonly type: EventType;
  /** Id of the row that changed; null where what it is about does not exist. */
  readonly subject: string | null;
  /** Who did it; null for the system itself. */
  readonly actor: string | null;
  readonly requestId: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
}

const COLUMNS = 'events (type, subject_type, subject_id, actor_id, request_id, data)';

const RECORD = statement(`INSERT INTO ${COLUMNS} VALUES ($1, $2, $3, $4, $5, $6::jsonb)`);

/**
 * The one writer of `events`, in its two forms. This one is for a transaction of several statements;
 * `eventOf` is for a change that is a single statement.
 */
export async function recordEvent(tx: Queryable, change: Change): Promise<void> {
  const { type, subject, actor, requestId, data = {} } = change;
  await tx.query(RECORD, [type, subjectTypeOf(type), subject, actor, requestId, JSON.stringify(data)]);
}

/**
 * The body of a CTE that records the change which another CTE made, in the same statement.
 * @param changed name of the CTE whose rows changed; it has an `id`
 * @param from placeholders of actor and request id, and the SQL of the event's data
 */
export function eventOf(
  type: EventType,
  changed: string,
  { actor, requestId, data = `'{}'` }: { actor: string; requestId: string; data?: string },
): string {
  return `INSERT INTO ${COLUMNS}
    SELECT '${type}', '${subjectTypeOf(type)}', ${changed}.id, ${actor}::uuid, ${requestId}::text, ${data}::jsonb FROM ${changed}`;
}
