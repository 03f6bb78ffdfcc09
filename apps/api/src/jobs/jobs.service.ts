import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Database } from '@app/database';
import { Repeating } from '../common/repeating';
import { CONFIG, type Config } from '../config/config';
import { jobAdded, jobRan } from './job.observations';
import { CLAIM_JOB, DUE_JOBS, END_JOB, JOB_STATES, PLAN_JOB, RENEW_JOB } from './jobs.queries';

/** Between two looks at what is due, in ms. */
const PAUSE = 5000;
/** Well below the minute that a lease lasts, in ms. */
const RENEW_EVERY = 15_000;

export interface Job {
  readonly name: string;
  /** Five fields, as cron has them, in UTC. */
  readonly schedule: string;
  /** @param signal aborted when the process is to end */
  readonly run: (signal: AbortSignal) => Promise<void>;
}

/** How a job stands; times are RFC 3339, null for what has not happened. */
export type JobState = {
  readonly name: string;
  readonly dueAt: string;
  readonly succeededAt: string | null;
  readonly failedAt: string | null;
  readonly error: string | null;
};

/**
 * Runs what is due by the clock: each job in one process at a time, whichever is first. What was due while no process ran is
 * done once at the next start; nothing runs while work is paused.
 */
@Injectable()
export class JobsService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(JobsService.name);
  private readonly jobs = new Map<string, Job>();
  private readonly ending = new AbortController();
  private readonly looking = new Repeating({
    round: () => this.runDue(),
    pause: () => PAUSE,
    failed: (error) => this.logger.warn(error, 'scheduled jobs cannot be looked for at the moment'),
  });

  constructor(
    private readonly database: Database,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Before the application has started. */
  add(job: Job): void {
    this.jobs.set(job.name, job);
    jobAdded.tell({ name: job.name });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.JOBS === 'off') return;
    for (const job of this.jobs.values()) await this.database.query(PLAN_JOB, [job.name, await nextRun(job)]);
    this.looking.start();
  }

  /** Waits for what is running, which is told to end. */
  async onModuleDestroy(): Promise<void> {
    this.ending.abort();
    await this.looking.stop();
  }

  async states(): Promise<JobState[]> {
    return this.database.query<JobState>(JOB_STATES);
  }

  /** Runs what is due now. Of several processes that call it each job is one's. */
  async runDue(): Promise<void> {
    const due = await this.database.query<{ name: string }>(DUE_JOBS, [[...this.jobs.keys()]]);
    for (const { name } of due) {
      const job = this.jobs.get(name);
      if (job && !this.ending.signal.aborted) await this.claimAndRun(job);
    }
  }

  private async claimAndRun(job: Job): Promise<void> {
    const claimed = await this.database.query(CLAIM_JOB, [job.name, await nextRun(job)]);
    if (claimed.length === 0) return;
    const renewing = setInterval(() => void this.renew(job), RENEW_EVERY).unref();
    const begun = performance.now();
    let error: string | null = null;
    try {
      await job.run(this.ending.signal);
    } catch (thrown) {
      error = (thrown as Error).message;
      this.logger.error({ job: job.name, error }, 'a scheduled job failed');
    } finally {
      clearInterval(renewing);
    }
    const seconds = (performance.now() - begun) / 1000;
    jobRan.tell({ name: job.name, seconds, outcome: error === null ? 'succeeded' : 'failed' });
    await this.database.query(END_JOB, [job.name, error]);
  }

  private async renew({ name }: Job): Promise<void> {
    await this.database
      .query(RENEW_JOB, [name])
      .catch((error: unknown) => this.logger.warn(error, 'a job could not be renewed'));
  }
}

/** The code that understands schedules is loaded when the first is. @throws when there is no such time */
async function nextRun({ name, schedule }: Job): Promise<string> {
  const { Cron } = await import('croner');
  const next = new Cron(schedule, { timezone: 'UTC', paused: true }).nextRun();
  if (next === null) throw new Error(`${name}: no moment fits the schedule "${schedule}"`);
  return next.toISOString();
}
