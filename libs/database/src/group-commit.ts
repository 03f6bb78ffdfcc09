import type { ClientConfig, QueryResultRow } from 'pg';
import { Connection } from './connection';
import type { Statement, SqlValue } from './statement';

/** Most writes that share a transaction. */
const MOST_TOGETHER = 64;

const BEGIN: Statement = { text: 'BEGIN' };
const COMMIT: Statement = { text: 'COMMIT' };

interface Write {
  readonly statement: Statement;
  readonly values: readonly SqlValue[];
  /** The row that it changes; undefined: it only inserts. */
  readonly row: string | undefined;
  readonly resolve: (rows: QueryResultRow[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs a write in a transaction of its own. */
export type Alone = (statement: Statement, values: readonly SqlValue[]) => Promise<QueryResultRow[]>;

/**
 * Commits writes together that come at the same time: those that arrive while the connections are busy share the next
 * transaction, with one round trip and one flush of the log for all. Each is acknowledged after the commit. Where one of
 * them fails, none is kept and each runs again alone, so that what it answers does not depend on its company. Rows are
 * changed in one order, so that two transactions do not wait for each other, and a row once in each, since the versions of
 * rows are told apart by their transactions.
 */
export class GroupCommit {
  private readonly connections: readonly Connection[];
  private readonly idle: Connection[];
  private waiting: Write[] = [];
  private due = false;

  constructor(
    config: ClientConfig,
    size: number,
    private readonly alone: Alone,
  ) {
    this.connections = Array.from({ length: size }, () => new Connection(config));
    this.idle = [...this.connections];
  }

  query<Row extends QueryResultRow>(statement: Statement, values: readonly SqlValue[]): Promise<Row[]> {
    const { promise, resolve, reject } = Promise.withResolvers<QueryResultRow[]>();
    this.waiting.push({ statement, values, row: rowOf(statement, values), resolve, reject });
    this.schedule();
    return promise as Promise<Row[]>;
  }

  async close(): Promise<void> {
    await Promise.all(this.connections.map((each) => each.close()));
  }

  /** What this turn of the event loop still brings goes along. */
  private schedule(): void {
    if (this.due || this.waiting.length === 0 || this.idle.length === 0) return;
    this.due = true;
    setImmediate(() => {
      this.due = false;
      const connection = this.idle.pop();
      if (connection) void this.commit(connection);
      this.schedule();
    });
  }

  private async commit(connection: Connection): Promise<void> {
    await together(connection, this.take(), this.alone);
    this.idle.push(connection);
    this.schedule();
  }

  /** The next writes to share a transaction, in the order in which they run. */
  private take(): Write[] {
    const rows = new Set<string>();
    const taken: Write[] = [];
    const left: Write[] = [];
    for (const write of this.waiting) {
      const fits = taken.length < MOST_TOGETHER && (write.row === undefined || !rows.has(write.row));
      (fits ? taken : left).push(write);
      if (write.row !== undefined) rows.add(write.row);
    }
    this.waiting = left;
    return taken.toSorted(byRow);
  }
}

function rowOf({ together: shared }: Statement, values: readonly SqlValue[]): string | undefined {
  const row = shared?.row ?? null;
  return row === null ? undefined : String(values[row - 1]);
}

function byRow({ row: a = '' }: Write, { row: b = '' }: Write): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Never rejects: the writes do. */
async function together(connection: Connection, writes: readonly Write[], alone: Alone): Promise<void> {
  const several = writes.length > 1;
  const begin = several ? connection.send(BEGIN) : undefined;
  const sent = writes.map(({ statement, values }) => connection.send(statement, values));
  const commit = several ? connection.send(COMMIT) : undefined;
  connection.flush();
  const [end, , ...results] = await Promise.allSettled([commit, begin, ...sent]);
  const undone = end.status === 'fulfilled' && end.value?.command === 'ROLLBACK';
  writes.forEach(({ statement, values, resolve, reject }, i) => {
    const result = results[i];
    if (undone || (!several && timedOut(result))) alone(statement, values).then(resolve, reject);
    // Where the end of the transaction is not known, neither is what became of its writes.
    else if (end.status === 'rejected') reject(end.reason);
    else if (result?.status === 'fulfilled') resolve(result.value?.rows ?? []);
    else reject(result?.reason);
  });
}

const LOCK_NOT_AVAILABLE = '55P03';

/** A write without company was given up only because it waited for a row as little as if it had some. */
function timedOut(result: PromiseSettledResult<unknown> | undefined): boolean {
  return result?.status === 'rejected' && (result.reason as { code?: unknown }).code === LOCK_NOT_AVAILABLE;
}
