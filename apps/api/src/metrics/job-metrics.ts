import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { jobAdded, jobRan } from '../jobs/job.observations';

/** In seconds: from clearing up a little to a backup of everything. */
const BUCKETS = [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];
/** Not `job`: that label is Prometheus's own. */
const labelNames = ['job_name'];

/** The runs of this process. */
export function countJobs(registry: Registry): void {
  const registers = [registry];
  const runs = new Counter({
    name: 'fuse_job_runs_total',
    help: 'Runs of scheduled jobs that have ended in this process, by outcome: succeeded or failed',
    labelNames: [...labelNames, 'outcome'],
    registers,
  });
  const durations = new Histogram({
    name: 'fuse_job_duration_seconds',
    help: 'How long runs of scheduled jobs took, failed ones included',
    labelNames,
    buckets: BUCKETS,
    registers,
  });
  jobAdded.listen(({ name }) => {
    for (const outcome of ['succeeded', 'failed']) runs.inc({ job_name: name, outcome }, 0);
    durations.zero({ job_name: name });
  });
  jobRan.listen(({ name, seconds, outcome }) => {
    runs.inc({ job_name: name, outcome });
    durations.observe({ job_name: name }, seconds);
  });
}

/** How a job stands in the database. Moments are seconds since 1970, 0 for what has not happened. */
export interface JobRow {
  readonly name: string;
  readonly succeeded: number;
  readonly failed: number;
  readonly running: boolean;
  /** Seconds since it was due, whether or not it runs. */
  readonly overdue: number;
}

const OF_JOBS: ReadonlyArray<readonly [name: string, value: (row: JobRow) => number, help: string]> = [
  [
    'fuse_job_last_success_timestamp_seconds',
    ({ succeeded }) => succeeded,
    'When a scheduled job last went well, in whichever process, in seconds since 1970; 0 when it never has',
  ],
  [
    'fuse_job_last_failure_timestamp_seconds',
    ({ failed }) => failed,
    'When it last failed, in seconds since 1970; 0 when it never has',
  ],
  ['fuse_job_running', ({ running }) => (running ? 1 : 0), '1 while a process runs it, else 0'],
  [
    'fuse_job_overdue_seconds',
    ({ overdue }) => overdue,
    'For how long it has been due without having begun, or without having ended in time for its next run; else 0',
  ],
];

/** How the jobs of the installation stand, whichever process runs them. */
export class JobGauges {
  private readonly gauges = OF_JOBS.map(
    ([name, value, help]) => [new Gauge({ name, help, labelNames, registers: [] }), value, name] as const,
  );

  constructor(private readonly registry: Registry) {}

  /** @param rows undefined: nobody knows */
  set(rows: readonly JobRow[] | undefined): void {
    for (const [gauge, value, name] of this.gauges) {
      gauge.reset();
      for (const row of rows ?? []) gauge.set({ job_name: row.name }, value(row));
      if (rows) this.registry.registerMetric(gauge);
      else this.registry.removeSingleMetric(name);
    }
  }
}
