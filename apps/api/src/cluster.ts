import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import type { Logger } from 'pino';
import { Observation } from './common/observation';

/** A worker has died, and is replaced. */
export const workerDied = new Observation<{ readonly pid: number | undefined }>('worker died');

/** Pauses before a worker that never came to serve is replaced again, in ms: doubled up to the longest. */
const SHORTEST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/** The processes that serve requests behind one port. Whichever dies is replaced, until they are stopped. */
export class Workers {
  private stopping = false;
  private pause = SHORTEST_PAUSE;
  private readonly served = new WeakSet<Worker>();

  /** @param env what the workers' environment has beside that of this process */
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly logger: Logger,
  ) {}

  /** Resolves when all of them serve. @throws WorkerFailed when one cannot; it has said why by then */
  async start(count: number): Promise<void> {
    // Even shares: with the system's own choice of who accepts, most connections end at one process.
    cluster.schedulingPolicy = cluster.SCHED_RR;
    cluster.on('listening', (worker) => this.served.add(worker));
    try {
      await Promise.all(Array.from({ length: count }, () => serving(cluster.fork(this.env))));
    } catch (error) {
      await this.stop();
      throw error;
    }
    cluster.on('exit', (worker, code: number | null, signal: string | null) => {
      void this.replace(worker, { code, signal });
    });
  }

  /** Lets each finish what it has. Resolves when all are gone. */
  async stop(): Promise<void> {
    this.stopping = true;
    const alive = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    await Promise.all(
      alive.map(async (worker) => {
        const gone = once(worker.process, 'exit');
        worker.process.kill('SIGTERM');
        await gone;
      }),
    );
  }

  /** At once when it had served; else after a pause, since the next will probably fail alike. */
  private async replace(worker: Worker, how: { code: number | null; signal: string | null }): Promise<void> {
    if (this.stopping) return;
    workerDied.tell({ pid: worker.process.pid });
    this.logger.error({ worker: worker.process.pid, ...how }, 'a worker died and is replaced');
    if (this.served.has(worker)) this.pause = SHORTEST_PAUSE;
    else await after((this.pause = Math.min(this.pause * 2, LONGEST_PAUSE)));
    if (!this.stopping) cluster.fork(this.env);
  }
}

/** One of the workers ended before it served. */
export class WorkerFailed extends Error {}

async function serving(worker: Worker): Promise<void> {
  const ended = once(worker, 'exit').then(() => {
    throw new WorkerFailed('A worker could not start.');
  });
  // It rejects at the latest when the worker is stopped, and nobody waits any more.
  ended.catch(() => undefined);
  await Promise.race([once(worker, 'listening'), ended]);
}
