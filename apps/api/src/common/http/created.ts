import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Representation } from './representation';

/** A resource that was made: adds its `Location`. @param collection the path it is under; by default the one that was asked */
export function created(
  made: Representation,
  request: FastifyRequest,
  reply: FastifyReply,
  collection = request.url.split('?', 1)[0],
): Representation {
  const { id } = JSON.parse(made.text) as { id: string };
  reply.header('Location', `${collection}/${id}`);
  return made;
}
