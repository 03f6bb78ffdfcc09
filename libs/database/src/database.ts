import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientConfig, Pool, QueryResultRow } from 'pg';
import type { GroupCommit } from './group-commit';
import { openGroupCommit, openLanes } from './lanes';
import { Lookups } from './lookups';
import { timed, type StatementObserver } from './observer';
import type { Pipeline, PipelineLoad } from './pipeline';
import type { Queryable } from './queryable';
import type { Lane, Statement, SqlValue } from './statement';
import { inTransaction, patient } from './transaction';

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

/**
 * The connections to PostgreSQL, for reads and writes that are written as SQL.
 *
 * A request that carries an idempotency key runs whole inside one transaction (`enclosing`): every statement
 * below it joins that transaction, so that the key and the write stand or fall together.
 */
export class Database implements Queryable {
  private readonly enclosed = new AsyncLocalStorage<Queryable>();

  private readonly lanes: Readonly<Record<Lane, Pipeline>>;
  private readonly lookups: Lookups;
  private readonly commits: GroupCommit;
  private readonly pooled: boolean;
  private observer: StatementObserver | undefined;

  /** @param pooled its connections lead to a pooler, which lends a server for one transaction: nothing is pipelined */
  constructor(
    private readonly pool: Pool,
    { pooled = false }: { readonly pooled?: boolean } = {},
  ) {
    this.pooled = pooled;
    const { options } = pool as Pool & { options: ClientConfig };
    this.lanes = openLanes(options);
    this.lookups = new Lookups(this.lanes.rows);
    this.commits = openGroupCommit(options, (write, values) => this.alone(write, values));
  }

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[] = []) {
    const enclosing = this.enclosed.getStore();
    if (enclosing) return enclosing.query<Row>(statement, values);
    const way = this.wayOf(statement);
    if (!way) return this.alone<Row>(statement, values);
    try {
      return await timed(this.observer, statement.lane ?? 'together', way.query<Row>(statement, values));
    } catch (error) {
      // Told from who asked, and not from where the answer was parsed.
      Error.captureStackTrace(error as Error);
      throw error;
    }
  }

  /** What sends a statement over shared connections; undefined: it takes one of the pool. */
  private wayOf({ lane, byKey, together }: Statement): Pick<Pipeline, 'query'> | undefined {
    if (this.pooled) return undefined;
    if (lane) return byKey ? this.lookups : this.lanes[lane];
    return together ? this.commits : undefined;
  }

  private async alone<Row extends QueryResultRow>(
    { name, text }: Statement,
    values: readonly SqlValue[],
  ): Promise<Row[]> {
    const answer = this.pool.query<Row>(patient({ name, text, values: [...values] }));
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
    const shared = [this.commits, ...Object.values(this.lanes)];
    await Promise.all(shared.map((each) => each.close()));
  }

  /** Commits when `work` resolves, rolls back when it rejects. Inside an enclosing transaction it joins that one. */
  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const enclosing = this.enclosed.getStore();
    return enclosing ? work(enclosing) : inTransaction(this.pool, this.observer, work);
  }

  /** A transaction that everything called by `work` joins without being told. */
  enclosing<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return inTransaction(this.pool, this.observer, (tx) => this.enclosed.run(tx, () => work(tx)));
  }
}
