import pino from 'pino';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@app/database';
import { createApp } from './app.setup';
import { type Config, ConfigError, loadConfig, publicUrlOf } from './config/config';
import { openDatabase } from './database/open-database';

/** Starts everything in order and stops it in the reverse one. A start that fails says why in one line and exits 1. */
export async function serve(): Promise<void> {
  try {
    await start(loadConfig());
  } catch (error) {
    process.stderr.write(
      `${error instanceof ConfigError ? 'Wrong setting: ' : ''}${(error as Error).message}\n`,
    );
    process.exit(1);
  }
}

async function start(config: Config): Promise<void> {
  const logger = pino({ level: config.LOG_LEVEL });
  const embedded = config.DATABASE_URL ? undefined : await startEmbedded(config);
  try {
    const dataSource = await openDatabase(config, embedded?.url ?? config.DATABASE_URL ?? '');
    const app = await createApp({ config, dataSource, logger });
    await app.listen({ port: config.PORT, host: config.HOST });
    announce(config);
    app
      .getHttpAdapter()
      .getInstance()
      .server.once('close', () => void embedded?.stop());
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

function startEmbedded({ DATA_DIR }: Config): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: DATA_DIR });
}

function announce(config: Config): void {
  const url = publicUrlOf(config);
  process.stdout.write(`The New Fuse is ready at ${url} (API documentation: ${url}/docs)\n`);
}
