import { setTimeout as delay } from 'node:timers/promises';
import { answers, readConnectionUrl } from './connection';
import { EmbeddedPostgresError } from './errors';
import { layoutOf } from './layout';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './start';

const PATIENCE_MS = 30_000;

/**
 * For a command beside a server that may be running: uses that one's PostgreSQL as it is (`started` is false and `stop()`
 * does nothing), or starts one for itself. An owner that is still starting, or stopping, is waited for.
 *
 * @throws EmbeddedPostgresError
 */
export async function connectOrStartEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await startEmbeddedPostgres(options);
    } catch (error) {
      if (!(error instanceof EmbeddedPostgresError) || error.code !== 'already_running') throw error;
      const url = readConnectionUrl(layoutOf(options.dataDir));
      if (url !== undefined && (await answers(url)))
        return { url, started: false, stop: async () => undefined };
      if (performance.now() > deadline) throw error;
    }
    await delay(50);
  }
}
