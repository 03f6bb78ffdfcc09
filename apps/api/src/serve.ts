import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@app/database';
import { createApp } from './app.setup';
import { type Config, ConfigError, loadConfig, publicUrlOf } from './config/config';
import { openDatabase } from './database/open-database';
import { Draining } from './health/draining';
import { createLogger } from './logger';
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
  const embedded = config.DATABASE_URL ? undefined : await startEmbedded(config, logger);
  try {
    const dataSource = await openDatabase(config, embedded?.url ?? config.DATABASE_URL ?? '');
    const app = await createApp({ config, dataSource, logger });
    const preparation = await listen(app, config);
    stopOnSignal(app, embedded, logger);
    announce(config, preparation);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** What cannot listen is closed, or its work in the background would go on while the database goes. */
async function listen(app: NestFastifyApplication, config: Config): Promise<Preparation> {
  try {
    const preparation = await app.get(SetupService, { strict: false }).prepare();
    await app.listen({ port: config.PORT, host: config.HOST });
    return preparation;
  } catch (error) {
    await app.close();
    throw error;
  }
}

function startEmbedded({ DATA_DIR }: Config, logger: Logger): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: DATA_DIR, log: (line) => logger.warn(line) });
}

/** Not ready from the signal on; requests in flight are answered before the database goes. */
function stopOnSignal(
  app: NestFastifyApplication,
  embedded: EmbeddedPostgres | undefined,
  logger: Logger,
): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals) => {
    // A terminal's Ctrl-C reaches the process twice: npm passes on what the terminal has sent already.
    if (stopping) return;
    stopping = true;
    app.get(Draining).begin();
    logger.info({ signal }, 'shutting down');
    await app.close();
    await embedded?.stop();
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
  return message;
}
