import cluster from 'node:cluster';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { AggregatorRegistry, Registry } from 'prom-client';
import type { Config } from '../config/config';
import { InstallationMetrics } from './installation-metrics';
import type { ServingMetrics } from './serving-metrics';

/** The port of its own on which `GET /metrics` is answered, by the process that a supervisor started. */
export class MetricsServer {
  private readonly server: Server;
  private readonly workers = cluster.isPrimary ? new AggregatorRegistry() : undefined;
  /** Who asks while an answer is being made gets that one. */
  private answer: Promise<string> | undefined;

  /** @param serving the metrics of this process when it serves requests itself; else those of its workers are gathered */
  constructor(
    private readonly installation: InstallationMetrics,
    private readonly serving: ServingMetrics | undefined,
    private readonly logger: Logger,
  ) {
    this.server = createServer((request, response) => void this.respond(request, response));
  }

  /** @throws Error naming the setting when it cannot listen there */
  async listen({ METRICS_PORT, METRICS_HOST }: Config): Promise<void> {
    try {
      this.server.listen(METRICS_PORT, METRICS_HOST);
      await once(this.server, 'listening');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code === 'EADDRINUSE' ? 'another program has it' : message;
      throw new Error(`METRICS_PORT: port ${METRICS_PORT} of ${METRICS_HOST} cannot be used: ${why}.`, {
        cause: error,
      });
    }
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await this.answer?.catch(() => undefined);
    await this.installation.close();
  }

  private async respond({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = (method === 'GET' || method === 'HEAD') && url?.split('?', 1)[0] === '/metrics';
    if (!asked) return void response.writeHead(404, { 'Content-Type': 'text/plain' }).end('GET /metrics\n');
    try {
      this.answer ??= this.gather().finally(() => (this.answer = undefined));
      const text = await this.answer;
      response.writeHead(200, { 'Content-Type': Registry.PROMETHEUS_CONTENT_TYPE }).end(text);
    } catch (error) {
      this.logger.warn(error, 'metrics cannot be gathered at the moment');
      response
        .writeHead(503, { 'Content-Type': 'text/plain' })
        .end('Metrics cannot be gathered at the moment\n');
    }
  }

  private async gather(): Promise<string> {
    const [installation, processes] = await Promise.all([
      this.installation.expose(),
      this.serving ? this.serving.expose() : this.workers?.clusterMetrics(),
    ]);
    return `${installation}${processes ?? ''}`;
  }
}
