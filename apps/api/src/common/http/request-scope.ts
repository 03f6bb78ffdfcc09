import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const scope = new AsyncLocalStorage<FastifyReply>();

/** Has everything that is done for a request know it. Call it before hooks that look. */
export function followRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (_request, reply, done) => scope.run(reply, done));
  // Where a body was read, what follows was called by its socket, which knows of no request.
  fastify.addHook('preValidation', (_request, reply, done) => scope.run(reply, done));
}

/** The request that the code is run for; undefined in the background. */
export function currentRequest(): FastifyRequest | undefined {
  return scope.getStore()?.request;
}

/** The answer to that request. */
export function currentReply(): FastifyReply | undefined {
  return scope.getStore();
}
