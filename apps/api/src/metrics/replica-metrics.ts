import { setTimeout as after } from 'node:timers/promises';
import { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

/** For a connection and for the answer, each, in ms. */
const PATIENCE_MS = 2000;
/** One that is behind at first is asked once more after so long, in ms: it may only be about to replay what was just written. */
const ONCE_MORE_MS = 200;

/** $1 where the primary's log ends. The age of the last commit that was replayed, 0 when nothing is missing; null: it is no replica. */
const LAG = `
  SELECT CASE WHEN NOT pg_is_in_recovery() THEN NULL
              WHEN pg_last_wal_replay_lsn() >= $1::pg_lsn THEN 0
              ELSE greatest(0, extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())) END::float8 AS lag`;

/** How far the replica is behind. It has a connection of its own. */
export class ReplicaLag {
  private readonly pool: Pool;
  private readonly gauge = new Gauge({
    name: 'fuse_database_replica_lag_seconds',
    help: 'Age of the newest commit that the replica shows while it misses something, else 0; left out while either server does not answer',
    registers: [],
  });

  constructor(
    private readonly registry: Registry,
    url: string,
  ) {
    this.pool = new Pool({
      connectionString: url,
      max: 1,
      connectionTimeoutMillis: PATIENCE_MS,
      query_timeout: PATIENCE_MS,
      application_name: 'fuse metrics',
    });
    this.pool.on('error', () => undefined);
  }

  /** @param end where the primary's log ends; undefined: nobody knows */
  async look(end: string | undefined): Promise<void> {
    const lag = end === undefined ? null : await this.read(end).catch(() => null);
    if (lag === null) return this.registry.removeSingleMetric('fuse_database_replica_lag_seconds');
    this.gauge.set(lag);
    this.registry.registerMetric(this.gauge);
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  private async read(end: string): Promise<number | null> {
    const lag = await this.ask(end);
    if (!lag) return lag;
    await after(ONCE_MORE_MS);
    return this.ask(end);
  }

  private async ask(end: string): Promise<number | null> {
    return (await this.pool.query<{ lag: number | null }>(LAG, [end])).rows[0]?.lag ?? null;
  }
}
