import type { FastifyRequest } from 'fastify';
import { type Queryable, statement } from '@app/database';

/** From where, and in which request. */
export interface Origin {
  readonly ip: string;
  readonly userAgent: string | undefined;
  readonly requestId: string;
}

/** $1 request id, $2 user or null, $3 address, $4 user agent. */
const NOTE_ORIGIN = statement(`
  INSERT INTO event_origins (request_id, user_id, ip, user_agent) VALUES ($1, $2, $3, $4)`);

/** Notes where the events come from that this request leaves: the audit trail shows it with them. */
export async function noteOrigin(on: Queryable, userId: string | null, origin: Origin): Promise<void> {
  const { requestId, ip, userAgent } = origin;
  await on.query(NOTE_ORIGIN, [requestId, userId, ip.slice(0, 45), userAgent?.slice(0, 512) ?? null]);
}

export function originOf({ ip, id, headers }: FastifyRequest): Origin {
  return { ip, userAgent: headers['user-agent'], requestId: id };
}
