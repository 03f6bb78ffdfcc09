import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Representation } from './representation';

/** A resource that was made under its collection's path: adds its `Location`. */
export function created(made: Representation, request: FastifyRequest, reply: FastifyReply): Representation {
  const { id } = JSON.parse(made.text) as { id: string };
  reply.header('Location', `${request.url.split('?', 1)[0]}/${id}`);
  return made;
}
