import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import { Logger } from 'nestjs-pino';
import { Database } from '@app/database';
import { AppModule, type AppResources } from './app.module';
import { viewerOf } from './auth/viewer';
import { badPath } from './common/http/bad-path';
import { limitSlowBodies } from './common/http/body-deadline';
import {
  acceptJsonBodies,
  answerMissingMethods,
  collectRoutes,
  refuseOtherTypes,
  sendRepresentations,
} from './common/http/http-hooks';
import { ProblemFilter } from './common/errors/problem.filter';
import { serveProblemPages } from './common/errors/problem-pages';
import { servePasswordPage } from './auth/password-page';
import { describeApi } from './common/openapi/document';
import { type Config, publicUrlOf } from './config/config';
import { sendSecurityHeaders } from './common/http/security-headers';
import { logRequests } from './common/http/request-log';
import { followRequests } from './common/http/request-scope';
import { serveSetupPage } from './setup/setup-page';
import { quietAboutWiring } from './logger';
import { activeTracing } from './tracing/tracing';
import { version } from './version';

export const API_PREFIX = '/api/v1';

/** What scripts of other origins may read of an answer, beside its body. */
const EXPOSED_HEADERS = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Range',
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
];

const SECONDS = 1000;
const MIB = 1024 ** 2;

/** The application as `main` serves it and as the tests meet it: initialised, not listening. */
export async function createApp(resources: AppResources): Promise<NestFastifyApplication> {
  const { config, logger, metrics } = resources;
  const server = createServer(resources);
  const adapter = new FastifyAdapter(server as never);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(resources), adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(quietAboutWiring(app.get(Logger)));
  app.setGlobalPrefix(API_PREFIX, { exclude: ['health/live', 'health/ready'] });
  followRequests(server);
  const routes = collectRoutes(server);
  acceptJsonBodies(server);
  limitSlowBodies(server, config.BODY_TIMEOUT_MS);
  sendRepresentations(server);
  refuseOtherTypes(server, API_PREFIX);
  logRequests(server, viewerOf);
  metrics?.watchServer(server);
  activeTracing()?.watchServer(server);
  sendSecurityHeaders(server, API_PREFIX);
  await allowOrigins(server, config);
  serveDocs(app, config);
  serveProblemPages(server);
  serveSetupPage(server);
  servePasswordPage(server);
  await app.init();
  metrics?.watchDatabase(app.get(Database, { strict: false }));
  answerMissingMethods(server, routes);
  await server.ready();
  logger.debug('application is ready');
  return app;
}

function createServer({ config, logger }: AppResources): FastifyInstance {
  const problems = new ProblemFilter(publicUrlOf(config));
  return fastify({
    loggerInstance: logger as never,
    logController: new LogController({ disableRequestLogging: true }),
    // The logger itself knows which request it is: a child for each would tell the same.
    childLoggerFactory: (parent) => parent,
    bodyLimit: MIB,
    frameworkErrors: (_error, request, reply) => problems.answer(badPath(), request as never, reply as never),
    trustProxy: config.TRUST_PROXY.length ? [...config.TRUST_PROXY] : false,
    genReqId: ({ headers }) => acceptableId(headers['x-request-id']) ?? randomUUID(),
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: false },
    // The longest that an upload may take in all; bodies have their own, shorter deadlines.
    requestTimeout: 3600 * SECONDS,
    keepAliveTimeout: 65 * SECONDS,
    // A client that reads nothing of its answer holds a connection, and what is buffered for it.
    connectionTimeout: config.STALL_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // Whoever still has a connection while the server drains is served.
    return503OnClosing: false,
    http: {
      headersTimeout: config.HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: Math.min(2 * SECONDS, config.HEADERS_TIMEOUT_MS),
    },
  }) as unknown as FastifyInstance;
}

/** A caller's own request id is kept, so that it can be followed across services. */
function acceptableId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.:-]{1,128}$/.test(header) ? header : undefined;
}

async function allowOrigins(server: FastifyInstance, { CORS_ORIGINS }: Config): Promise<void> {
  if (CORS_ORIGINS.length === 0) return;
  await server.register(cors, {
    origin: [...CORS_ORIGINS],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: 600,
  });
}

function serveDocs(app: NestFastifyApplication, config: Config): void {
  // Made when it is first asked for: neither a start nor a process that nobody asks pays for it.
  const document = () => describeApi(app, version, publicUrlOf(config));
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'docs/openapi.json',
    yamlDocumentUrl: 'docs/openapi.yaml',
    customSiteTitle: 'The New Fuse API',
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      // All subjects at a glance, each with what it is about.
      docExpansion: 'none',
      tryItOutEnabled: true,
      // `x-permission`: who may, and the scope that a token needs.
      showExtensions: true,
    },
  });
  app
    .getHttpAdapter()
    .getInstance()
    .get('/', { schema: { hide: true } } as never, (_request, reply) => reply.redirect('/docs', 302));
}
