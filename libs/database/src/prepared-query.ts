import { Query, type QueryResult, type QueryResultRow } from 'pg';
import type { Statement, SqlValue } from './statement';

/** What PostgreSQL told of a statement's rows, as `pg` reads rows with it. */
interface Description {
  readonly fields: readonly unknown[];
  readonly _parsers: readonly unknown[];
  readonly _prebuiltEmptyResultObject: object | null;
}

/** The connection under a client; it is asked by `describe` what rows will come. */
interface Wire {
  describe(portal: object): void;
}

/** What of a query `pg` has, but does not declare. */
declare class OpenQuery extends Query {
  name: string | undefined;
  protected _result: Description;
  protected _accumulateRows: boolean;
  protected prepare(wire: Wire): void;
  handleRowDescription(message: object): void;
}

/** What one connection was told of its named statements. */
export class Descriptions {
  private readonly known = new Map<string, Description>();
  private quiet: Wire | undefined;

  of(name: string | undefined): Description | undefined {
    return name === undefined ? undefined : this.known.get(name);
  }

  keep(name: string | undefined, { fields, _parsers, _prebuiltEmptyResultObject }: Description): void {
    if (name !== undefined) this.known.set(name, { fields, _parsers, _prebuiltEmptyResultObject });
  }

  /** The connection, but that it does not ask. */
  unasking(wire: Wire): Wire {
    return (this.quiet ??= Object.create(wire, { describe: { value: () => undefined } }) as Wire);
  }
}

type Answered<Row extends QueryResultRow> = (error: Error | undefined, result: QueryResult<Row>) => void;

/**
 * A query that has the rows of a named statement described once for each connection. `pg` asks for it at every execution,
 * and derives anew how rows are read.
 */
export class PreparedQuery<Row extends QueryResultRow> extends (Query as typeof OpenQuery) {
  constructor(
    { name, text }: Statement,
    values: readonly SqlValue[],
    private readonly descriptions: Descriptions,
    answered: Answered<Row>,
  ) {
    super(text, values as SqlValue[], answered as never);
    this.name = name;
  }

  protected override prepare(wire: Wire): void {
    const known = this.descriptions.of(this.name);
    if (!known) return super.prepare(wire);
    Object.assign(this._result, known);
    this._accumulateRows = true;
    super.prepare(this.descriptions.unasking(wire));
  }

  override handleRowDescription(message: object): void {
    super.handleRowDescription(message);
    this.descriptions.keep(this.name, this._result);
  }
}
