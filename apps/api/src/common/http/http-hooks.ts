import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MethodNotAllowed, NotAcceptable, NotFound } from '../errors/common.errors';
import { verdictOn } from './gate';
import { parseJsonBody } from './json-body';
import { matchesAny } from './preconditions';
import { JsonText, Representation } from './representation';

const JSON_TYPES = ['application/json', 'application/merge-patch+json'];

/** JSON is the only body that routes take, but for those that read their own; anything else is a 415. */
export function acceptJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(JSON_TYPES, { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** JSON that PostgreSQL composed leaves as it is; single resources get their `ETag`, or are answered 304. */
export function sendRepresentations(fastify: FastifyInstance): void {
  fastify.setReplySerializer((payload: unknown) =>
    payload instanceof JsonText ? payload.text : JSON.stringify(payload),
  );
  fastify.addHook('preSerialization', (request, reply, payload, done) => {
    const finish = () =>
      done(null, payload instanceof Representation ? tag(request, reply, payload) : payload);
    const verdict = verdictOn(request);
    if (verdict && reply.statusCode < 400) verdict.then(finish, done);
    else finish();
  });
}

function tag(request: FastifyRequest, reply: FastifyReply, resource: Representation): JsonText {
  const { etag } = resource;
  reply.header('ETag', etag);
  if (!reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'private, no-cache');
  reply.header('Vary', 'Authorization');
  const known = request.headers['if-none-match'];
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads || known === undefined || !matchesAny(known, etag)) return resource;
  void reply.code(304);
  return new JsonText('');
}

/** Judges `Accept` for the API's paths: they answer JSON. */
export function refuseOtherTypes(fastify: FastifyInstance, prefix: string): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { accept } = request.headers;
    const judged = accept !== undefined && request.url.startsWith(prefix) && !answersRaw(request);
    done(judged && !takesJson(accept) ? NotAcceptable.error() : undefined);
  });
}

/** Routes whose answer is not JSON say so in their config. */
function answersRaw(request: FastifyRequest): boolean {
  return (request.routeOptions.config as { raw?: boolean } | undefined)?.raw === true;
}

function takesJson(accept: string): boolean {
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const refused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return (
      !refused &&
      (type === '' ||
        type === '*/*' ||
        type === 'application/*' ||
        /^application\/(problem\+)?json$/.test(type))
    );
  });
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Answers 405 with `Allow` where a path exists, but not with that method. Call it when all routes are known. */
export function answerMissingMethods(
  fastify: FastifyInstance,
  routes: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const [url, methods] of routes) {
    const missing = METHODS.filter((method) => !methods.has(method));
    const allow = [...methods].toSorted().join(', ');
    const refuse = () => {
      throw MethodNotAllowed.error(`This path answers ${allow}`, { headers: { Allow: allow } });
    };
    if (missing.length)
      fastify.route({ method: missing, url, exposeHeadRoute: false, handler: refuse, onRequest: refuse });
  }
}

/** Collects every route that is registered from now on, by path. */
export function collectRoutes(fastify: FastifyInstance): Map<string, Set<string>> {
  const routes = new Map<string, Set<string>>();
  fastify.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return;
    const methods = routes.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each.toUpperCase());
    routes.set(url, methods);
  });
  return routes;
}

export function notFound(): never {
  throw NotFound.error();
}
