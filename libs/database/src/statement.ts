import { createHash } from 'node:crypto';

/** Single rows, pages that one plan serves, and pages whose plan depends on the values. */
export type Lane = 'rows' | 'pages' | 'planned';

/** One SQL text, written once. A named statement is prepared once on each connection and then only executed. */
export interface Statement {
  readonly text: string;
  readonly name?: string;
  /** Short, bounded reads share pipelined connections. Everything else takes one of the pool. */
  readonly lane?: Lane;
  /** Reads by key: `$1` is an array of keys, and each row has its own in the column `key`. */
  readonly byKey?: boolean;
  /** A short write that may be committed together with others. */
  readonly together?: Together;
}

/** What a write locks, as far as other writes wait for it. */
export interface Together {
  /** The number of the placeholder that names the row it changes; null: it only inserts. */
  readonly row: number | null;
}

/** How a statement travels; undefined: over a connection of the pool. */
type Way = Lane | Together | undefined;

/** A value of a statement's `$n`, as `pg` takes it. */
export type SqlValue =
  string | number | bigint | boolean | null | Buffer | readonly (string | number | null)[];

/** The name is derived from the text: equal texts share a prepared statement, different ones cannot collide. */
export function statement(text: string, way?: Way): Statement {
  const compact = text.replaceAll(/\s*\n\s*/g, ' ').trim();
  const name = createHash('sha256').update(compact).digest('base64url').slice(0, 24);
  if (!way) return { text: compact, name };
  return { text: compact, name, ...(typeof way === 'string' ? { lane: way } : { together: way }) };
}

/** A statement that reads rows by key. */
export function byKey(text: string): Statement {
  return { ...statement(text, 'rows'), byKey: true };
}

/**
 * Statements made on demand, one for each shape of request, kept by key. A server keeps prepared statements
 * per connection, so their number is bounded: past `limit` shapes the text runs unnamed.
 */
export class StatementCache {
  private readonly statements = new Map<string, Statement>();

  constructor(private readonly limit = 256) {}

  get(key: string, build: () => string, way?: Way): Statement {
    const known = this.statements.get(key);
    if (known) return known;
    const made = statement(build(), way);
    if (this.statements.size >= this.limit) return { text: made.text };
    this.statements.set(key, made);
    return made;
  }
}

/** Class of SQLSTATE for values that a statement cannot take. */
const BAD_VALUE = /^22/;

/** Whether a statement failed for a value that it was given. */
export function refusedValue(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code !== undefined && BAD_VALUE.test(code);
}
