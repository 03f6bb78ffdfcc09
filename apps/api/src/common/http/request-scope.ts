import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const scope = new AsyncLocalStorage<FastifyRequest>();

/** Has everything that is done for a request know it. Call it before hooks that look. */
export function followRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => scope.run(request, done));
  // Where a body was read, what follows was called by its socket, which knows of no request.
  fastify.addHook('preValidation', (request, _reply, done) => scope.run(request, done));
}

/** The request that the code is run for; undefined in the background. */
export function currentRequest(): FastifyRequest | undefined {
  return scope.getStore();
}
