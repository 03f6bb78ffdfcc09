import type { Pool, PoolClient } from 'pg';
import type { SqlValue } from '../statement';

/** A text with its values that is run once, and so is not prepared. */
export interface BoundText {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export interface CursorLimits {
  /** Milliseconds that PostgreSQL may take for the rows of one step. */
  readonly statementTimeoutMs: number;
  /** Milliseconds between two steps, after which PostgreSQL ends the transaction: a reader that slow holds up vacuum. */
  readonly idleTimeoutMs: number;
}

/**
 * Reads many rows step by step, with as much memory as one step takes. All are of one snapshot. It occupies a connection
 * of the pool until it is closed.
 */
export class CursorReader {
  private server = 0;
  private step: Promise<unknown> | undefined;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly pool: Pool,
    private readonly client: PoolClient,
  ) {
    // The server may end the connection between two steps: the next one says so.
    client.on('error', ignore);
  }

  /** @param query answers one text a row, named `row` */
  static async open(pool: Pool, query: BoundText, limits: CursorLimits): Promise<CursorReader> {
    const reader = new CursorReader(pool, await pool.connect());
    try {
      await reader.client.query(`BEGIN READ ONLY;
        SET LOCAL statement_timeout = ${limits.statementTimeoutMs};
        SET LOCAL idle_in_transaction_session_timeout = ${limits.idleTimeoutMs};
        SET LOCAL cursor_tuple_fraction = 0.001`);
      const { rows } = await reader.client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      reader.server = rows[0]?.pid ?? 0;
      const declare = `DECLARE reader NO SCROLL CURSOR FOR ${query.text}`;
      await reader.client.query(declare, [...query.values]);
      return reader;
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  /** @returns as many further rows, fewer at the end, then none */
  async next(count: number): Promise<string[]> {
    const step = this.client.query<{ row: string }>(`FETCH ${count} FROM reader`);
    this.step = step;
    try {
      const { rows } = await step;
      return rows.map(({ row }) => row);
    } finally {
      this.step = undefined;
    }
  }

  /** Gives the connection back. A step that is still under way is ended. */
  close(): Promise<void> {
    this.closing ??= this.step ? this.abandon(this.step) : this.finish();
    return this.closing;
  }

  private async finish(): Promise<void> {
    const failure = await this.client.query('ROLLBACK').then(() => undefined, toError);
    this.giveBack(failure);
  }

  /** The connection goes with the step, so that a late signal cannot hit the statement of somebody else. */
  private async abandon(step: Promise<unknown>): Promise<void> {
    // Not the process that the connection was told at its start: behind a pooler that is the pooler's own.
    this.pool.query('SELECT pg_cancel_backend($1)', [this.server]).catch(ignore);
    await step.catch(ignore);
    this.giveBack(new Error('abandoned'));
  }

  private giveBack(failure: Error | undefined): void {
    this.client.off('error', ignore);
    this.client.release(failure);
  }
}

function ignore(): void {
  // Told by what is asked next.
}

function toError(error: unknown): Error {
  return error as Error;
}
