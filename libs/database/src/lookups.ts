import type { QueryResultRow } from 'pg';
import type { Pipeline } from './pipeline';
import { refusedValue, type SqlValue, type Statement } from './statement';

/** Most batches under way: what is asked for meanwhile makes up the next one. */
const MOST_UNDER_WAY = 2;

/** A row as a lookup answers it. */
type Keyed = QueryResultRow & { readonly key: string };

interface Lookup {
  readonly key: string;
  readonly resolve: (rows: Keyed[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads rows by their keys. Those that are asked for within one turn of the event loop, or while earlier ones are under way,
 * are read by one execution of their statement: what it costs PostgreSQL to begin and to answer, it costs once for all.
 * Nothing is kept: each row is read after it was asked for.
 */
export class Lookups {
  private waiting = new Map<Statement, Lookup[]>();
  private due = false;
  private underWay = 0;

  constructor(private readonly pipeline: Pipeline) {}

  query<Row extends QueryResultRow>(statement: Statement, [keys]: readonly SqlValue[]): Promise<Row[]> {
    const { promise, resolve, reject } = Promise.withResolvers<QueryResultRow[]>();
    const lookup = { key: String((keys as string[])[0]), resolve, reject };
    const others = this.waiting.get(statement);
    if (others) others.push(lookup);
    else this.waiting.set(statement, [lookup]);
    this.schedule();
    return promise as Promise<Row[]>;
  }

  private schedule(): void {
    if (this.due || this.underWay === MOST_UNDER_WAY || this.waiting.size === 0) return;
    this.due = true;
    setImmediate(() => {
      this.due = false;
      void this.send();
    });
  }

  private async send(): Promise<void> {
    const batch = [...this.waiting];
    this.waiting = new Map();
    this.underWay++;
    const connection = this.pipeline.leastBusy();
    const answers = batch.map(([statement, lookups]) => answer(connection, statement, lookups));
    connection.flush();
    await Promise.all(answers);
    this.underWay--;
    this.schedule();
  }
}

type Reader = ReturnType<Pipeline['leastBusy']>;

/** Never rejects: the lookups do. A key that is none of its column's type fails alone. */
async function answer(on: Reader, statement: Statement, lookups: readonly Lookup[]): Promise<void> {
  try {
    const rows = await on.query<Keyed>(statement, [lookups.map(({ key }) => key)]);
    const [only, another] = lookups;
    if (only && !another) return only.resolve(rows);
    const found = Map.groupBy(rows, ({ key }) => key);
    for (const { key, resolve } of lookups) resolve(found.get(key) ?? []);
  } catch (error) {
    if (lookups.length > 1 && refusedValue(error))
      await Promise.all(lookups.map((each) => answer(on, statement, [each])));
    else for (const { reject } of lookups) reject(error);
  }
}
