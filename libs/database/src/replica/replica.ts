import { type ClientConfig, Pool, type QueryResultRow } from 'pg';
import { openLanes } from '../lanes';
import type { Pipeline } from '../pipeline';
import type { Lane, SqlValue, Statement } from '../statement';
import { CLUSTER, REPLAYED, type WalPosition } from './wal';

/** Rows, and how far the replica had replayed before it read them; null: it is no replica. */
export interface ReplicaRows<Row> {
  readonly rows: Row[];
  readonly replayed: WalPosition | null;
}

type Replayed = { replayed: string | null };

/** The replica did not answer in time. */
export class ReplicaSilent extends Error {}

/** For short reads and for the others, in ms: who waits longer asks the primary. */
const PATIENCE = { short: 2000, long: 30_000 };

/** A replica takes no writes; one that was promoted to a primary must not take ours either. */
const READ_ONLY = '-c default_transaction_read_only=on';

/** The connections to a streaming replica. Every read asks first, on its own connection, how far the replica is. */
export class Replica {
  private readonly pool: Pool;
  private lanes: Readonly<Record<Lane, Pipeline>>;
  private readonly config: ClientConfig;

  constructor(config: ClientConfig, poolSize: number) {
    const options = `${config.options ?? ''} ${READ_ONLY}`;
    this.config = { ...config, options, connectionTimeoutMillis: PATIENCE.short };
    this.pool = new Pool({ ...this.config, max: poolSize });
    // A connection that breaks while nobody uses it: the next read makes another.
    this.pool.on('error', () => undefined);
    this.lanes = openLanes(this.config);
  }

  read<Row extends QueryResultRow>(
    statement: Statement,
    values: readonly SqlValue[],
  ): Promise<ReplicaRows<Row>> {
    return statement.lane
      ? within(PATIENCE.short, this.readShort<Row>(this.lanes[statement.lane], statement, values))
      : this.readLong<Row>(statement, values);
  }

  /** Which cluster it belongs to and how far it is. */
  async state(): Promise<{ cluster: string; replayed: WalPosition | null }> {
    const { rows, replayed } = await this.readLong<{ cluster: string }>(CLUSTER, []);
    return { cluster: rows[0]?.cluster ?? '', replayed };
  }

  /** Leaves the shared connections for new ones: whoever waits on them is told. */
  reconnect(): void {
    const old = this.lanes;
    this.lanes = openLanes(this.config);
    for (const lane of Object.values(old)) void lane.close();
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), ...Object.values(this.lanes).map((lane) => lane.close())]);
  }

  private async readShort<Row extends QueryResultRow>(
    lane: Pipeline,
    statement: Statement,
    values: readonly SqlValue[],
  ): Promise<ReplicaRows<Row>> {
    const connection = lane.leastBusy();
    const [progress, rows] = await Promise.all([
      connection.query<Replayed>(REPLAYED, []),
      connection.query<Row>(statement, values),
    ]);
    return { rows, replayed: positionOf(progress) };
  }

  private async readLong<Row extends QueryResultRow>(
    { name, text }: Statement,
    values: readonly SqlValue[],
  ): Promise<ReplicaRows<Row>> {
    const client = await this.pool.connect();
    // The pool listens to idle connections alone, and an error that nobody listens to ends the process.
    client.on('error', ignore);
    try {
      const progress = await within(PATIENCE.short, client.query<Replayed>({ ...REPLAYED }));
      const result = await within(PATIENCE.long, client.query<Row>({ name, text, values: [...values] }));
      client.release();
      return { rows: result.rows, replayed: positionOf(progress.rows) };
    } catch (error) {
      client.release(true);
      throw error;
    } finally {
      client.off('error', ignore);
    }
  }
}

function ignore(): void {
  // What was asked rejects too.
}

function positionOf([row]: readonly Replayed[]): WalPosition | null {
  const replayed = row?.replayed ?? null;
  return replayed === null ? null : BigInt(replayed);
}

/** @throws ReplicaSilent */
async function within<T>(patience: number, answer: Promise<T>): Promise<T> {
  // Where it comes after all, or fails, nobody looks any more.
  answer.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ReplicaSilent(`No answer for ${patience} ms`)), patience);
  });
  try {
    return await Promise.race([answer, silence]);
  } finally {
    clearTimeout(timer);
  }
}
