import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, QueryResultRow } from 'pg';
import { Database } from '../database';
import { first } from '../queryable';
import type { SqlValue, Statement } from '../statement';
import { RecentPositions } from './recent-positions';
import type { Replica } from './replica';
import { ReplicaWatch } from './replica-watch';
import { FRESHNESS, NOTE_WRITE, type WalPosition } from './wal';

export interface ReplicaOptions {
  readonly replica: Replica;
  /** Milliseconds that what others wrote may be late. */
  readonly maxLagMs: number;
  /** Told when the replica is left aside, and why, and when it serves again. */
  readonly log: (line: string) => void;
  /** As of `Database`. */
  readonly pooled?: boolean;
}

type Freshness = { now: string; own: string };

/** A request that a replica may answer, with what the replica must have replayed for it. */
interface Reading {
  readonly floor: Promise<WalPosition>;
  /** When it began. Work that it leaves behind, by a timer say, inherits it, and is no reading of the client's any more. */
  readonly since: number;
}

/** Milliseconds after which nothing belongs to a request's reading. */
const LONGEST_READING = 30_000;

/**
 * A database whose reads go to a streaming replica, where a request allows it, and to the primary where the replica has not
 * replayed enough. Which is decided by the log's positions alone: those of the client's own last write, which the primary
 * keeps for all processes, and of what was committed a bounded time ago. The replica is asked beside the primary, and its
 * rows are thrown away when they turn out too old; nothing that happens to it fails a request.
 */
export class ReplicatedDatabase extends Database {
  /** Statements of requests that the replica may answer, by who did. */
  readonly reads = { replica: 0, primary: 0 };
  private readonly readings = new AsyncLocalStorage<Reading>();
  private readonly recent: RecentPositions;
  private readonly replica: Replica;
  private readonly watch: ReplicaWatch;

  constructor(pool: Pool, { replica, maxLagMs, log, pooled = false }: ReplicaOptions) {
    super(pool, { pooled });
    this.recent = new RecentPositions(maxLagMs);
    this.replica = replica;
    this.watch = new ReplicaWatch(this, replica, maxLagMs, log);
  }

  /** Whether the replica takes reads at this moment. */
  get replicaServes(): boolean {
    return this.watch.up;
  }

  /**
   * Runs `work` with its reads at the replica, as far as it shows all that `client` has written. Transactions, and what writes
   * although it was called by a read, go to the primary all the same.
   */
  readingFor<T>(client: string, work: () => T): T {
    if (!this.watch.up) return work();
    const floor = this.floorFor(client);
    // Nobody may be waiting yet when it rejects.
    floor.catch(() => undefined);
    return this.readings.run({ floor, since: Date.now() }, work);
  }

  /** To be awaited between a client's commit and its answer: from then on, every process knows of the write. */
  async noteWriteOf(client: string): Promise<void> {
    await super.query(NOTE_WRITE, [client]);
  }

  override async query<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly SqlValue[] = [],
  ): Promise<Row[]> {
    const reading = this.readings.getStore();
    if (!reading) return super.query<Row>(statement, values);
    const rows = await this.fromReplica<Row>(reading, statement, values);
    this.reads[rows ? 'replica' : 'primary']++;
    return rows ?? super.query<Row>(statement, values);
  }

  override async close(): Promise<void> {
    await this.watch.stop();
    await Promise.all([this.replica.close(), super.close()]);
  }

  /** Undefined: ask the primary. */
  private async fromReplica<Row extends QueryResultRow>(
    { floor, since }: Reading,
    statement: Statement,
    values: readonly SqlValue[],
  ): Promise<Row[] | undefined> {
    if (!this.watch.up || Date.now() - since > LONGEST_READING) return undefined;
    const answer = this.replica.read<Row>(statement, values).catch((error: unknown) => {
      this.watch.failed(error);
      return undefined;
    });
    // The primary itself says what is wrong, where it cannot tell how far it is.
    const [read, needed] = await Promise.all([answer, floor.catch(() => undefined)]);
    if (!read || needed === undefined) return undefined;
    const { rows, replayed } = read;
    if (replayed !== null && replayed >= needed) return rows;
    this.watch.saw(replayed, replayed !== null && this.recent.proveLag(Date.now(), replayed));
    return undefined;
  }

  private async floorFor(client: string): Promise<WalPosition> {
    const asked = Date.now();
    const row = await first<Freshness>({ query: super.query.bind(this) }, FRESHNESS, [client]);
    if (!row) throw new Error('positions are one row');
    const [now, own] = [BigInt(row.now), BigInt(row.own)];
    this.recent.note(asked, now);
    const others = this.recent.floor(asked) ?? now;
    return own > others ? own : others;
  }
}
