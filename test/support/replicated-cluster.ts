import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type EmbeddedPostgres, runMigrations, startEmbeddedPostgres } from '@app/database';
import { createApiDataSource } from '../../apps/api/src/database/data-source';
import { until } from './until';
import { rowsOf, withConnection } from './connection';

/** What belongs to the running primary, and not to a copy of it. */
const OF_THE_PRIMARY = ['postmaster.pid', 'postmaster.opts', 'pg_wal', 'pg_replslot'];

/** A migrated primary and a streaming replica of it, both by the embedded binaries. */
export class ReplicatedCluster {
  private constructor(
    private readonly folder: string,
    private readonly primary: EmbeddedPostgres,
    private replica: EmbeddedPostgres,
  ) {}

  static async start(): Promise<ReplicatedCluster> {
    const folder = mkdtempSync(join(tmpdir(), 'fuse-replica-'));
    const primary = await startEmbeddedPostgres({ dataDir: join(folder, 'a') });
    await migrate(primary.url);
    await copyPrimary(primary.url, join(folder, 'a/postgres'), join(folder, 'b/postgres'));
    const replica = await startEmbeddedPostgres({ dataDir: join(folder, 'b') });
    const cluster = new ReplicatedCluster(folder, primary, replica);
    await cluster.caughtUp();
    return cluster;
  }

  get primaryUrl(): string {
    return this.primary.url;
  }

  get replicaUrl(): string {
    return this.replica.url;
  }

  /** The replica goes on receiving, and shows nothing new. */
  pause(): Promise<unknown> {
    return this.onReplica('SELECT pg_wal_replay_pause()');
  }

  resume(): Promise<unknown> {
    return this.onReplica('SELECT pg_wal_replay_resume()');
  }

  stopReplica(): Promise<void> {
    return this.replica.stop();
  }

  async startReplica(): Promise<void> {
    this.replica = await startEmbeddedPostgres({ dataDir: join(this.folder, 'b') });
  }

  /** As a power failure would: nothing is written any more, and the server recovers from its log. */
  async crashPrimary(): Promise<void> {
    const started = 'SELECT pg_postmaster_start_time()::text AS at';
    const before = await this.onPrimary<{ at: string }>(started);
    const [{ pid } = { pid: 0 }] = await this.onPrimary<{ pid: number }>(
      `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid`,
    );
    process.kill(pid, 'SIGKILL');
    await until(async () => {
      const now = await this.onPrimary<{ at: string }>(started).catch(() => undefined);
      return now && now[0]?.at !== before[0]?.at;
    });
  }

  /** Resolves when the replica shows what the primary has now. */
  async caughtUp(): Promise<void> {
    const [end] = await this.onPrimary<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
    await until(async () => {
      const sql = `SELECT pg_last_wal_replay_lsn() >= '${end?.lsn}' AS there`;
      const [row] = await this.onReplica<{ there: boolean }>(sql);
      return row?.there;
    });
  }

  onPrimary<Row extends object>(sql: string): Promise<Row[]> {
    return rowsOf<Row>(this.primary.url, sql);
  }

  onReplica<Row extends object>(sql: string): Promise<Row[]> {
    return rowsOf<Row>(this.replica.url, sql);
  }

  async stop(): Promise<void> {
    await this.replica.stop();
    await this.primary.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function migrate(url: string): Promise<void> {
  const dataSource = await createApiDataSource({ url, poolSize: 1 }).initialize();
  await runMigrations(dataSource).finally(() => dataSource.destroy());
}

/** The binaries come without pg_basebackup: the files are copied between the start and the end of a backup. */
async function copyPrimary(url: string, from: string, to: string): Promise<void> {
  await withConnection(url, async (client) => {
    await client.query(`SELECT pg_backup_start('replica', true)`);
    mkdirSync(to, { recursive: true, mode: 0o700 });
    cpSync(join(from, 'password'), join(to, 'password'));
    const data = join(to, 'data');
    cpSync(join(from, 'data'), data, {
      recursive: true,
      filter: (path) => !OF_THE_PRIMARY.includes(basename(path)),
    });
    for (const folder of ['pg_wal', 'pg_replslot']) mkdirSync(join(data, folder), { mode: 0o700 });
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    writeFileSync(join(data, 'backup_label'), rows[0]?.labelfile ?? '', { mode: 0o600 });
    writeFileSync(join(data, 'standby.signal'), '', { mode: 0o600 });
    appendFileSync(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${connectionInfo(url)}'\n`);
  });
}

/** libpq's form of a URL that names a socket. */
function connectionInfo(url: string): string {
  const { username, password, searchParams } = new URL(url);
  return `host=${searchParams.get('host')} port=${searchParams.get('port')} user=${username} password=${password}`;
}
