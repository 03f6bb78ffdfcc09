import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { timed, type StatementObserver } from './observer';
import type { Queryable } from './queryable';
import type { Statement, SqlValue } from './statement';

/** Milliseconds in which a statement of the pool must be answered: a server that is silent for longer is given up. */
const SILENCE_MS = 30_000;

/** The connection of one transaction. */
class Transaction implements Queryable {
  /** Why nothing more can be asked of the connection. */
  broken: Error | undefined;
  private readonly onError = (error: Error) => (this.broken = error);

  constructor(
    private readonly client: PoolClient,
    private readonly observer: StatementObserver | undefined,
  ) {
    // The pool listens to idle connections alone, and an error that nobody listens to ends the process.
    client.on('error', this.onError);
  }

  async query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[] = []) {
    const { name, text } = statement;
    const answer = this.ask<Row>({ name, text, values: [...values] });
    const result = await timed(this.observer, 'transaction', answer);
    return result.rows;
  }

  async run(command: 'BEGIN' | 'COMMIT'): Promise<void> {
    await this.ask({ text: command });
  }

  /** What a broken connection had open, the server rolls back by itself. */
  async rollBack(): Promise<void> {
    if (this.broken) return;
    await this.ask({ text: 'ROLLBACK' }).catch((error: Error) => (this.broken = error));
  }

  release(): void {
    this.client.off('error', this.onError);
    this.client.release(this.broken);
  }

  private async ask<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>> {
    try {
      return await this.client.query<Row>(patient(query));
    } catch (error) {
      if (isSilence(error)) this.broken = error;
      throw error;
    }
  }
}

/** With the time that its answer may take, which `pg` knows but does not declare. */
export function patient(query: QueryConfig): QueryConfig & { query_timeout: number } {
  return { ...query, query_timeout: SILENCE_MS };
}

/** `pg` gives up waiting, but goes on expecting the answer: whatever is asked next waits behind it. */
function isSilence(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Commits when `work` resolves, rolls back when it rejects. */
export async function inTransaction<T>(
  pool: Pool,
  observer: StatementObserver | undefined,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  const transaction = new Transaction(await pool.connect(), observer);
  try {
    await transaction.run('BEGIN');
    const result = await work(transaction);
    await transaction.run('COMMIT');
    return result;
  } catch (error) {
    await transaction.rollBack();
    throw error;
  } finally {
    transaction.release();
  }
}
