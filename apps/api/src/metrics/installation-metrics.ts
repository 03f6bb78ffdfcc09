import { statfs } from 'node:fs/promises';
import { Pool } from 'pg';
import { Gauge, Registry } from 'prom-client';
import type { Config } from '../config/config';
import { version } from '../version';
import { watchBackups } from './backup-metrics';
import { INSTALLATION, type InstallationRow } from './installation.queries';

/** For a connection and for the answer, each, in ms: a scrape is given up after 10 s by default. */
const PATIENCE_MS = 3000;

/** The gauges that one row of the database fills. */
const OF_DATABASE: ReadonlyArray<readonly [name: string, key: keyof InstallationRow, help: string]> = [
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
  private readonly gauges: ReadonlyArray<readonly [Gauge, keyof InstallationRow]>;
  private readonly up: Gauge;

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
    tellBuild(this.registry);
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
    return this.registry.metrics();
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async ask(): Promise<InstallationRow | undefined> {
    try {
      const { SESSION_IDLE_SECONDS } = this.config;
      return (await this.pool.query<InstallationRow>(INSTALLATION, [SESSION_IDLE_SECONDS])).rows[0];
    } catch {
      // `fuse_database_up` tells.
      return undefined;
    }
  }
}

function nameOf(key: keyof InstallationRow): string {
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
