import { Counter, Gauge, type Registry } from 'prom-client';
import { type Database, ReplicatedDatabase, type StatementPath } from '@app/database';
import { DurationHistogram, type DurationSeries } from './duration-histogram';

const PATHS: readonly StatementPath[] = ['rows', 'pages', 'planned', 'together', 'pool', 'transaction'];

/** Use, saturation and speed of this process's connections to PostgreSQL. */
export function watchDatabase(registry: Registry, database: Database): void {
  observeStatements(registry, database);
  watchPool(registry, database);
  watchLanes(registry, database);
  if (database instanceof ReplicatedDatabase) watchReplica(registry, database);
}

function observeStatements(registry: Registry, database: Database): void {
  const durations = new DurationHistogram({
    name: 'fuse_database_statement_duration_seconds',
    help: 'How long statements took, waiting for a connection included, by path: rows, pages and planned are shared connections for short reads',
    labelNames: ['path'],
    registers: [registry],
  });
  const series = Object.fromEntries(PATHS.map((path) => [path, durations.series({ path })])) as Readonly<
    Record<StatementPath, DurationSeries>
  >;
  database.observe((path, seconds) => series[path].observe(seconds));
}

function watchPool(registry: Registry, database: Database): void {
  const registers = [registry];
  new Gauge({
    name: 'fuse_database_pool_connections_max',
    help: 'Connections that the pool may open (DATABASE_POOL_SIZE)',
    registers,
    collect() {
      this.set(database.load.pool.max);
    },
  });
  new Gauge({
    name: 'fuse_database_pool_connections',
    help: 'Connections that the pool has open, by state: used or idle',
    labelNames: ['state'],
    registers,
    collect() {
      const { open, idle } = database.load.pool;
      this.set({ state: 'used' }, open - idle);
      this.set({ state: 'idle' }, idle);
    },
  });
  new Gauge({
    name: 'fuse_database_pool_waiting',
    help: 'Statements and transactions that wait for a connection of the pool',
    registers,
    collect() {
      this.set(database.load.pool.waiting);
    },
  });
}

function watchLanes(registry: Registry, database: Database): void {
  const registers = [registry];
  new Gauge({
    name: 'fuse_database_lane_connections',
    help: 'Open connections that short reads share, by lane',
    labelNames: ['lane'],
    registers,
    collect() {
      for (const [lane, { open }] of Object.entries(database.load.lanes)) this.set({ lane }, open);
    },
  });
  new Gauge({
    name: 'fuse_database_lane_pending',
    help: 'Statements sent over the shared connections that are not answered yet, by lane',
    labelNames: ['lane'],
    registers,
    collect() {
      for (const [lane, { pending }] of Object.entries(database.load.lanes)) this.set({ lane }, pending);
    },
  });
}

function watchReplica(registry: Registry, database: ReplicatedDatabase): void {
  const registers = [registry];
  new Gauge({
    name: 'fuse_database_replica_up',
    help: '1 while the replica takes reads, 0 while it is left aside',
    aggregator: 'min',
    registers,
    collect() {
      this.set(database.replicaServes ? 1 : 0);
    },
  });
  new Counter({
    name: 'fuse_database_replica_reads_total',
    help: 'Reads that were asked of the replica, by the server that answered: replica, or primary where the replica was behind or failed',
    labelNames: ['server'],
    registers,
    collect() {
      this.reset();
      for (const [server, count] of Object.entries(database.reads)) this.inc({ server }, count);
    },
  });
}
