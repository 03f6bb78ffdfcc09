import type { FastifyInstance } from 'fastify';

/** One line for each request when it is answered, and its id in the answer. Paths go without their query: it may hold secrets. */
export function logRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-Id', request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, url, ip } = request;
    const line = {
      method,
      path: url.split('?', 1)[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ip,
    };
    request.log.info(line, 'request');
    done();
  });
}
