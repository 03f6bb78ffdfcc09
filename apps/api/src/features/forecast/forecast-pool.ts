import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Piscina } from 'piscina';
import { Unavailable } from '../../common/errors/common.errors';
import type { Job, Outcome } from './jobs';
import { WORKER } from './worker-file';

/** Jobs that may wait; each takes up to a few seconds. */
const MOST_WAITING = 20;
const IDLE_MS = 60_000;

/** The thread in which forecasts are computed: beside the one that serves requests, and one at a time. */
@Injectable()
export class ForecastPool implements OnModuleDestroy {
  private pool: Promise<Piscina<Job, Outcome>> | undefined;

  /** @throws Unavailable when too many wait already */
  async run(job: Job): Promise<Outcome> {
    this.pool ??= this.open();
    const pool = await this.pool;
    if (pool.queueSize >= MOST_WAITING)
      throw Unavailable.error('Too many forecasts are being computed', { headers: { 'retry-after': '5' } });
    return pool.run(job);
  }

  private async open(): Promise<Piscina<Job, Outcome>> {
    const { Piscina: Pool } = await import('piscina');
    return new Pool<Job, Outcome>({
      ...WORKER,
      minThreads: 0,
      maxThreads: 1,
      maxQueue: MOST_WAITING,
      idleTimeout: IDLE_MS,
    });
  }

  async onModuleDestroy(): Promise<void> {
    await (await this.pool)?.destroy();
  }
}
