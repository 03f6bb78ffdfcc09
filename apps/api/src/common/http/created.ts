import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Representation } from './representation';

/** Every resource begins with its id; looking for it costs less than parsing all of it. */
const ID = /^\{"id" ?: ?"([0-9a-f-]{36})"/;

/** A resource that was made: adds its `Location`. @param collection the path it is under; by default the one that was asked */
export function created(
  made: Representation,
  request: FastifyRequest,
  reply: FastifyReply,
  collection = request.url.split('?', 1)[0],
): Representation {
  reply.header('Location', `${collection}/${ID.exec(made.text)?.[1]}`);
  return made;
}
