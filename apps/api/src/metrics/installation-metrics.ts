import { statfs } from 'node:fs/promises';
import { Pool } from 'pg';
import { Counter, Gauge, Registry } from 'prom-client';
import { workerDied } from '../cluster';
import type { Config } from '../config/config';
import { version } from '../version';
import { watchBackups } from './backup-metrics';
import { INSTALLATION, type InstallationRow, LOG_END } from './installation.queries';
import { JobGauges } from './job-metrics';
import { ReplicaLag } from './replica-metrics';
import { watchStorage } from './storage-metrics';

/** For a connection and for the answer, each, in ms: a scrape is given up after 10 s by default. */
const PATIENCE_MS = 3000;

type NumberKey = Exclude<keyof InstallationRow, 'jobs'>;

/** The gauges that one row of the database fills. */
const OF_DATABASE: ReadonlyArray<readonly [name: string, key: NumberKey, help: string]> = [
  ['fuse_outbox_unnumbered_events', 'outboxEvents', 'Events that the relay has not given a position'],
  [
    'fuse_outbox_lag_seconds',
    'outboxAge',
    'Age of the oldest event without a position; 0 when there is none',
  ],
  [
    'fuse_events_position',
    'lastPosition',
    'Position of the newest event that readers can see; it only grows',
  ],
  ['fuse_mail_queue_size', 'mailsQueued', 'Mails that are to be sent'],
  ['fuse_mail_queue_retried', 'mailsRetried', 'Mails of these that could not be sent at first'],
  [
    'fuse_mail_queue_age_seconds',
    'mailAge',
    'Age of the oldest mail that is to be sent; 0 when there is none',
  ],
  ['fuse_sessions_active', 'sessions', 'Sessions that have not ended'],
  ['fuse_database_size_bytes', 'databaseBytes', 'Size of the database on its disk'],
  ['fuse_database_connections', 'connections', 'Connections to the database, of whomever'],
  ['fuse_database_connections_max', 'connectionsMax', 'Connections that PostgreSQL takes in all'],
  ['fuse_database_longest_transaction_seconds', 'longestTransaction', 'Age of the oldest open transaction'],
];

/**
 * What is true of the installation as a whole, however many processes serve it. It has a connection of its own, made when it
 * is first asked, so that it answers when all others are taken.
 */
export class InstallationMetrics {
  private readonly registry = new Registry();
  private readonly pool: Pool;
  private readonly gauges: ReadonlyArray<readonly [Gauge, NumberKey]>;
  private readonly up: Gauge;
  private readonly jobs = new JobGauges(this.registry);
  private readonly replica: ReplicaLag | undefined;

  constructor(
    url: string,
    private readonly config: Config,
  ) {
    this.pool = new Pool({
      connectionString: url,
      max: 1,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      statement_timeout: PATIENCE_MS,
      application_name: 'fuse metrics',
    });
    // A connection that breaks while nobody uses it; the next question makes another.
    this.pool.on('error', () => undefined);
    const registers = [this.registry];
    this.up = new Gauge({
      name: 'fuse_database_up',
      help: '1 when the database answered this scrape, else 0; then what it would have told is left out',
      registers,
    });
    this.gauges = OF_DATABASE.map(([name, key, help]) => [new Gauge({ name, help, registers: [] }), key]);
    watchDisk(this.registry, config.DATA_DIR);
    watchBackups(this.registry, config);
    watchStorage(this.registry, config);
    tellBuild(this.registry);
    countDeaths(this.registry);
    const { DATABASE_REPLICA_URL } = config;
    this.replica = DATABASE_REPLICA_URL ? new ReplicaLag(this.registry, DATABASE_REPLICA_URL) : undefined;
  }

  /** In the text format of Prometheus. */
  async expose(): Promise<string> {
    const row = await this.ask();
    this.up.set(row ? 1 : 0);
    for (const [gauge, key] of this.gauges) {
      if (row) {
        gauge.set(row[key]);
        this.registry.registerMetric(gauge);
      } else this.registry.removeSingleMetric(nameOf(key));
    }
    this.jobs.set(row?.jobs);
    await this.replica?.look(row && (await this.logEnd()));
    return this.registry.metrics();
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.replica?.close()]);
  }

  private async ask(): Promise<InstallationRow | undefined> {
    try {
      const { SESSION_IDLE_SECONDS, BACKUP_TO, BACKUP_SCHEDULE } = this.config;
      const backups = BACKUP_TO !== undefined && BACKUP_SCHEDULE !== 'off';
      const values = [SESSION_IDLE_SECONDS, backups];
      return (await this.pool.query<InstallationRow>(INSTALLATION, values)).rows[0];
    } catch {
      // `fuse_database_up` tells.
      return undefined;
    }
  }

  private async logEnd(): Promise<string | undefined> {
    const answer = await this.pool.query<{ end: string }>(LOG_END).catch(() => undefined);
    return answer?.rows[0]?.end;
  }
}

function nameOf(key: NumberKey): string {
  return OF_DATABASE.find(([, each]) => each === key)?.[0] ?? '';
}

function watchDisk(registry: Registry, directory: string): void {
  const registers = [registry];
  new Gauge({
    name: 'fuse_disk_size_bytes',
    help: 'Size of the disk that holds DATA_DIR',
    registers,
    async collect() {
      const { blocks, bsize } = await statfs(directory);
      this.set(blocks * bsize);
    },
  });
  new Gauge({
    name: 'fuse_disk_free_bytes',
    help: 'Space on that disk that is left for the user of the server',
    registers,
    async collect() {
      const { bavail, bsize } = await statfs(directory);
      this.set(bavail * bsize);
    },
  });
}

function tellBuild(registry: Registry): void {
  const build = new Gauge({
    name: 'fuse_build_info',
    help: 'Always 1; its labels tell the release and the version of Node',
    labelNames: ['version', 'node'],
    registers: [registry],
  });
  build.set({ version, node: process.versions.node }, 1);
}

function countDeaths(registry: Registry): void {
  const deaths = new Counter({
    name: 'fuse_worker_deaths_total',
    help: 'Processes of WEB_CONCURRENCY that died and were replaced',
    registers: [registry],
  });
  workerDied.listen(() => deaths.inc());
}
