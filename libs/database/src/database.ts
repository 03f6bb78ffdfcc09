import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientConfig, Pool, PoolClient, QueryResultRow } from 'pg';
import { Pipeline } from './pipeline';
import type { Lane, Statement, SqlValue } from './statement';

/** Connections that short reads share, of each kind. */
const LANES = 2;
/** A read that takes longer than this does not belong on a shared connection. */
const LANE_TIMEOUT_MS = 10_000;

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

class Transaction implements Queryable {
  constructor(private readonly client: PoolClient) {}

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[] = []) {
    const result = await this.client.query<Row>({
      name: statement.name,
      text: statement.text,
      values: [...values],
    });
    return result.rows;
  }
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

  constructor(private readonly pool: Pool) {
    const { options } = pool as Pool & { options: ClientConfig };
    const bounded = `${options.options ?? ''} -c statement_timeout=${LANE_TIMEOUT_MS}`;
    const lane = (settings: string) => new Pipeline({ ...options, options: settings }, LANES);
    this.lanes = {
      rows: lane(bounded),
      pages: lane(bounded),
      planned: lane(`${bounded} -c plan_cache_mode=force_custom_plan`),
    };
  }

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[] = []) {
    const enclosing = this.enclosed.getStore();
    if (enclosing) return enclosing.query<Row>(statement, values);
    if (statement.lane) return this.lanes[statement.lane].query<Row>(statement, values);
    const { name, text } = statement;
    const result = await this.pool.query<Row>({ name, text, values: [...values] });
    return result.rows;
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
      const result = await work(new Transaction(client));
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
