import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Piscina } from 'piscina';
import { Unavailable } from '../../common/errors/common.errors';
import type { Job, Outcome } from './jobs';
import { WORKER } from './worker-file';

/** Its numbers are in typed arrays, outside of the heap. */
const YOUNG_MB = 8;
/** Jobs that may wait; each takes up to a few seconds. */
const MOST_WAITING = 20;
/** A thread takes some 25 MiB while it is there, and a tenth of a second to start. */
const IDLE_MS = 5000;

/** The thread in which forecasts are computed: beside the one that serves requests, and one at a time. */
@Injectable()
export class ForecastPool implements OnModuleDestroy {
  private pool: Piscina<Job, Outcome> | undefined;

  /** @throws Unavailable when too many wait already */
  async run(job: Job): Promise<Outcome> {
    this.pool ??= new Piscina<Job, Outcome>({
      ...WORKER,
      minThreads: 0,
      maxThreads: 1,
      maxQueue: MOST_WAITING,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    if (this.pool.queueSize >= MOST_WAITING)
      throw Unavailable.error('Too many forecasts are being computed', { headers: { 'retry-after': '5' } });
    return this.pool.run(job);
  }

  async onModuleDestroy(): Promise<void> {
    await this.pool?.destroy();
  }
}
