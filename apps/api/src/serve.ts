import cluster from 'node:cluster';
import { setTimeout as after } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@app/database';
import { createApp } from './app.setup';
import { signingKey } from './auth/signing-key';
import { Workers } from './cluster';
import { type Config, ConfigError, loadConfig, publicUrlOf } from './config/config';
import { openDatabase } from './database/open-database';
import { Draining } from './health/draining';
import { createLogger } from './logger';
import { activeTracing } from './tracing/tracing';
import { exposeMetrics, startCounting } from './metrics/start-metrics';
import { releaseHeap } from './release-heap';
import { type Preparation, SetupService } from './setup/setup.service';

/** Starts everything in order and stops it in the reverse one. A start that fails says why in one line and exits 1. */
export async function serve(): Promise<void> {
  try {
    await start(loadConfig());
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  }
}

async function start(config: Config): Promise<void> {
  const logger = createLogger(config);
  if (cluster.isWorker) return work(config, logger);
  const embedded = config.DATABASE_URL ? undefined : await startEmbedded(config, logger);
  const url = embedded?.url ?? config.DATABASE_URL ?? '';
  try {
    const serving = config.WEB_CONCURRENCY > 1 ? lead(config, url, logger) : serveAlone(config, url, logger);
    const { preparation, drain } = await serving;
    stopOnSignal(logger, async () => {
      await drain();
      await embedded?.stop();
    });
    announce(config, preparation);
    setImmediate(releaseHeap);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

function startEmbedded({ DATA_DIR }: Config, logger: Logger): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: DATA_DIR, log: (line) => logger.warn(line) });
}

interface Serving {
  readonly preparation: Preparation;
  /** Answers what is in flight, and ends. */
  readonly drain: () => Promise<void>;
}

async function serveAlone(config: Config, url: string, logger: Logger): Promise<Serving> {
  const metrics = startCounting(config);
  const app = await createApp({ config, dataSource: await openDatabase(config, url), logger, metrics });
  try {
    const preparation = await app.get(SetupService, { strict: false }).prepare();
    await app.listen({ port: config.PORT, host: config.HOST });
    const hide = await exposeMetrics(config, {
      url: config.DATABASE_DIRECT_URL ?? url,
      serving: metrics,
      logger,
    });
    return { preparation, drain: () => drained(app, config).finally(hide) };
  } catch (error) {
    // What cannot listen is closed, or its work in the background would go on while the database goes.
    await app.close();
    throw error;
  }
}

/** Migrates and prepares, once for all workers, and then only watches over them. */
async function lead(config: Config, url: string, logger: Logger): Promise<Serving> {
  const app = await createApp({ config, dataSource: await openDatabase(config, url), logger });
  const preparation = await app.get(SetupService, { strict: false }).prepare();
  await app.close();
  const settings = { DATABASE_URL: url, JWT_SECRET: signingKey(config), MIGRATE_ON_START: 'false' };
  const workers = new Workers(settings, logger);
  await workers.start(config.WEB_CONCURRENCY);
  try {
    const hide = await exposeMetrics(config, {
      url: config.DATABASE_DIRECT_URL ?? url,
      serving: undefined,
      logger,
    });
    return { preparation, drain: () => workers.stop().finally(hide) };
  } catch (error) {
    await workers.stop();
    throw error;
  }
}

/** One of several processes behind a port: the database is there, and prepared. */
async function work(config: Config, logger: Logger): Promise<void> {
  const app = await createApp({
    config,
    dataSource: await openDatabase(config, config.DATABASE_URL ?? ''),
    logger,
    metrics: startCounting(config),
  });
  await app.listen({ port: config.PORT, host: config.HOST });
  stopOnSignal(logger, () => drained(app, config));
  setImmediate(releaseHeap);
}

/** Not ready from now on, and serving until a load balancer has noticed; requests in flight are answered before the database goes. */
async function drained(app: NestFastifyApplication, { DRAIN_SECONDS }: Config): Promise<void> {
  const draining = app.get(Draining);
  draining.begin();
  await after(DRAIN_SECONDS * 1000);
  await draining.closeConnections(app.getHttpServer());
  await app.close();
}

function stopOnSignal(logger: Logger, end: () => Promise<void>): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    // A terminal's Ctrl-C reaches the process twice: npm passes on what the terminal has sent already.
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'shutting down');
    await end();
    await activeTracing()?.stop();
    logger.flush();
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}

/** In one piece, so that whoever waits for the first line has all of it. */
function announce(config: Config, preparation: Preparation): void {
  const url = publicUrlOf(config);
  const ready = `The New Fuse is ready at ${url} (API documentation: ${url}/docs)`;
  process.stdout.write([ready, ...aboutAdmin(preparation), ''].join('\n'));
}

function aboutAdmin(preparation: Preparation): string[] {
  if (preparation.admin === 'made')
    return [`Made the first administrator from ADMIN_*: ${preparation.username}`];
  if (preparation.admin === 'present') return [];
  return [
    'There is no administrator yet. This link makes the first one; it is good once, for 24 hours, until the next start:',
    `  ${preparation.link}`,
  ];
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return `Wrong setting: ${error.message}`;
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is taken by another program: stop it, or set PORT.`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} needs more rights: set PORT to 1024 or more.`;
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL')
    return `HOST or a host in DATABASE_URL is not known to this machine: ${message}`;
  return message;
}
