import type { FastifyInstance } from 'fastify';
import type { CallerOf } from '../idempotency/idempotent-replies.service';

/**
 * One line for each request when it is answered, and its id in the answer. Paths go without their query: it may hold secrets.
 * @param callerOf who sent a request; undefined: somebody who did not sign in
 */
export function logRequests(fastify: FastifyInstance, callerOf: CallerOf): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-Id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, url, ip } = request;
    const line = {
      requestId: request.id,
      method,
      path: url.split('?', 1)[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ip,
      user: callerOf(request)?.id,
    };
    request.log.info(line, 'request');
    done();
  });
}
