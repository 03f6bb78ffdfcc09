import type { QueryResultRow } from 'pg';
import type { Statement, SqlValue } from './statement';

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

/** The row of a statement that reads by key, or undefined. */
export function lookUp<Row extends QueryResultRow>(
  on: Queryable,
  statement: Statement,
  key: string,
): Promise<Row | undefined> {
  return first<Row>(on, statement, [[key]]);
}
