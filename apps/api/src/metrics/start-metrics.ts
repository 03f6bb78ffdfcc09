import type { Logger } from 'pino';
import type { Config } from '../config/config';
import type * as Installation from './installation-metrics';
import type * as Server from './metrics-server';
import type * as Serving from './serving-metrics';

/** What counts this process's requests; undefined, and no code of metrics loaded, where `METRICS_PORT` is not set. */
export function startCounting({ METRICS_PORT }: Config): Serving.ServingMetrics | undefined {
  if (METRICS_PORT === undefined) return undefined;
  const { ServingMetrics } = require('./serving-metrics') as typeof Serving;
  return new ServingMetrics();
}

interface Exposed {
  readonly url: string;
  /** The metrics of this process; undefined: it has workers, who are asked for theirs. */
  readonly serving: Serving.ServingMetrics | undefined;
  readonly logger: Logger;
}

/** Answers scrapes until it is told to end, where `METRICS_PORT` is set. @returns what ends it */
export async function exposeMetrics(
  config: Config,
  { url, serving, logger }: Exposed,
): Promise<() => Promise<void>> {
  if (config.METRICS_PORT === undefined) return () => Promise.resolve();
  const { InstallationMetrics } = require('./installation-metrics') as typeof Installation;
  const { MetricsServer } = require('./metrics-server') as typeof Server;
  const server = new MetricsServer(new InstallationMetrics(url, config), serving, logger);
  await server.listen(config);
  return () => server.close();
}
