import cluster from 'node:cluster';
import type { FastifyInstance } from 'fastify';
import { AggregatorRegistry, Registry } from 'prom-client';
import type { Database } from '@app/database';
import { countActivities } from './activity-metrics';
import { watchDatabase } from './database-metrics';
import { countJobs } from './job-metrics';
import { watchProcess } from './process-metrics';
import { RequestMetrics } from './request-metrics';

/** What a process that serves requests counts. */
export class ServingMetrics {
  /** What all processes do together. */
  private readonly shared = new Registry();
  /** What each process is: several are told apart by `worker`. */
  private readonly own = new Registry();
  private readonly requests = new RequestMetrics(this.shared);

  constructor() {
    countActivities(this.shared);
    countJobs(this.shared);
    watchProcess(this.own);
    if (cluster.worker) this.answerLeader(cluster.worker.id);
  }

  /** Call it before routes are registered. */
  watchServer(server: FastifyInstance): void {
    this.requests.watch(server);
  }

  watchDatabase(database: Database): void {
    watchDatabase(this.shared, database);
  }

  /** In the text format of Prometheus. */
  async expose(): Promise<string> {
    return (await this.shared.metrics()) + (await this.own.metrics());
  }

  /** The process that has the port asks the workers when it is asked itself. */
  private answerLeader(worker: number): void {
    this.own.setDefaultLabels({ worker: String(worker) });
    AggregatorRegistry.setRegistries([this.shared, this.own]);
    new AggregatorRegistry();
  }
}
