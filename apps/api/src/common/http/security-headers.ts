import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/** What OWASP's REST Security Cheat Sheet asks of answers that are no pages; made once, since it is the same for all. */
const API_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** Pages get all that helmet knows; the API's answers the few headers that mean something to them. */
export function sendSecurityHeaders(fastify: FastifyInstance, apiPrefix: string): void {
  const protectPage = helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        scriptSrc: ["'self'"],
        upgradeInsecureRequests: null,
      },
    },
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.url.startsWith(apiPrefix))
      return protectPage(request.raw, reply.raw, (error) => done(error as Error));
    reply.headers(API_HEADERS);
    done();
  });
}
