import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientConfig, Pool, PoolClient, QueryResultRow } from 'pg';
import { openLanes } from './lanes';
import type { Pipeline, PipelineLoad } from './pipeline';
import type { Lane, Statement, SqlValue } from './statement';

/** What runs a statement: the database itself, or the transaction that is passed on. */
export interface Queryable {
  query<Row extends QueryResultRow>(statement: Statement, values?: readonly SqlValue[]): Promise<Row[]>;
}

/** The first row of an answer, or undefined. */
export async function first<Row extends QueryResultRow>(
  on: Queryable,
  statement: Statement,
  values?: readonly SqlValue[],
): Promise<Row | undefined> {
  const rows = await on.query<Row>(statement, values);
  return rows[0];
}

/** How a statement reached PostgreSQL: over a lane, a connection of the pool, or the one of a transaction. */
export type StatementPath = Lane | 'pool' | 'transaction';

/** Told how long each statement took, waiting for a connection included, in seconds. It must be quick, and not throw. */
export type StatementObserver = (path: StatementPath, seconds: number) => void;

/** How busy the connections are at this moment. */
export interface DatabaseLoad {
  /** `waiting`: statements and transactions that no connection is free for. */
  readonly pool: {
    readonly max: number;
    readonly open: number;
    readonly idle: number;
    readonly waiting: number;
  };
  readonly lanes: Readonly<Record<Lane, PipelineLoad>>;
}

class Transaction implements Queryable {
  constructor(
    private readonly client: PoolClient,
    private readonly observer: StatementObserver | undefined,
  ) {}

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[] = []) {
    const { name, text } = statement;
    const answer = this.client.query<Row>({ name, text, values: [...values] });
    const result = await timed(this.observer, 'transaction', answer);
    return result.rows;
  }
}

/** The answer itself: who waits for it does not wait for the observer. */
function timed<T>(
  observer: StatementObserver | undefined,
  path: StatementPath,
  answer: Promise<T>,
): Promise<T> {
  if (!observer) return answer;
  const began = performance.now();
  const tell = () => observer(path, (performance.now() - began) / 1000);
  answer.then(tell, tell);
  return answer;
}

/**
 * The connections to PostgreSQL, for reads and writes that are written as SQL.
 *
 * A request that carries an idempotency key runs whole inside one transaction (`enclosing`): every statement
 * below it joins that transaction, so that the key and the write stand or fall together.
 */
export class Database implements Queryable {
  private readonly enclosed = new AsyncLocalStorage<Queryable>();

  private readonly lanes: Readonly<Record<Lane, Pipeline>>;
  private readonly pooled: boolean;
  private observer: StatementObserver | undefined;

  /** @param pooled its connections lead to a pooler, which lends a server for one transaction: nothing is pipelined */
  constructor(
    private readonly pool: Pool,
    { pooled = false }: { readonly pooled?: boolean } = {},
  ) {
    this.pooled = pooled;
    this.lanes = openLanes((pool as Pool & { options: ClientConfig }).options);
  }

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[] = []) {
    const enclosing = this.enclosed.getStore();
    if (enclosing) return enclosing.query<Row>(statement, values);
    const { name, text, lane } = statement;
    if (lane && !this.pooled)
      return timed(this.observer, lane, this.lanes[lane].query<Row>(statement, values));
    const answer = this.pool.query<Row>({ name, text, values: [...values] });
    const result = await timed(this.observer, 'pool', answer);
    return result.rows;
  }

  /** From now on `observer` is told of each statement; there is one at most. */
  observe(observer: StatementObserver): void {
    this.observer = observer;
  }

  get load(): DatabaseLoad {
    const { options, totalCount, idleCount, waitingCount } = this.pool;
    const { rows, pages, planned } = this.lanes;
    return {
      pool: { max: options.max, open: totalCount, idle: idleCount, waiting: waitingCount },
      lanes: { rows: rows.load, pages: pages.load, planned: planned.load },
    };
  }

  /** Closes what it opened itself; the pool belongs to its data source. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.lanes).map((lane) => lane.close()));
  }

  /** Commits when `work` resolves, rolls back when it rejects. Inside an enclosing transaction it joins that one. */
  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const enclosing = this.enclosed.getStore();
    return enclosing ? work(enclosing) : this.begin(work);
  }

  /** A transaction that everything called by `work` joins without being told. */
  enclosing<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return this.begin((tx) => this.enclosed.run(tx, () => work(tx)));
  }

  private async begin<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(new Transaction(client, this.observer));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }
}
