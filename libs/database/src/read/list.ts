import { first, type Queryable } from '../database';
import { type SqlValue, StatementCache } from '../statement';
import { decodeCursor, encodeCursor, fingerprint } from './cursor';
import type { Filter } from './filters';
import { after, orderBy, sortKeys } from './sort';
import type { ReadShape } from './shape';

/** What a client asks of a list. `filters` holds converted values by filter name. */
export interface PageRequest {
  readonly limit: number;
  readonly sort?: readonly string[] | undefined;
  readonly cursor?: string | undefined;
  readonly count?: boolean | undefined;
  readonly filters: Readonly<Record<string, unknown>>;
}

/** One page: `items` is a JSON array as text, composed by PostgreSQL. */
export interface Page {
  readonly items: string;
  readonly nextCursor: string | null;
  readonly total?: number | undefined;
}

export interface ListOptions {
  readonly filters: Readonly<Record<string, Filter>>;
  /** Sorted by when the client does not say. */
  readonly defaultSort: string;
  /** SQL that each row meets; `$.` is the row's alias. */
  readonly where?: string;
}

type PageRow = { items: string; last: string | null; found: number; total?: number };

const ALIAS = 'r';

/** A keyset-paged list of an entity. One statement a page; its text is made once for each shape of request. */
export class ReadList {
  private readonly statements = new StatementCache();

  constructor(
    private readonly shape: ReadShape,
    private readonly options: ListOptions,
  ) {}

  /** @throws InvalidCursor */
  async page(on: Queryable, request: PageRequest): Promise<Page> {
    const sort = request.sort ?? [this.options.defaultSort];
    const active = Object.keys(this.options.filters).filter((name) => request.filters[name] !== undefined);
    const print = fingerprint(
      this.shape.table,
      sort.join(),
      active.map((name) => [name, request.filters[name]]),
    );
    const keys = request.cursor
      ? decodeCursor(request.cursor, print, sortKeys(this.shape, ALIAS, sort))
      : undefined;
    const variants = active.map((name) => [name, this.filter(name).variant(request.filters[name])] as const);
    const shapeOfRequest = `${sort.join()}|${keys ? 'c' : ''}${request.count ? 't' : ''}|${variants.join(';')}`;
    const statement = this.statements.get(shapeOfRequest, () =>
      this.text(sort, variants, request, keys?.length ?? 0),
    );
    const bound = active
      .map((name) => this.filter(name).bind(request.filters[name]))
      .filter((v) => v !== undefined);
    const values: SqlValue[] = [request.limit, ...bound, ...(keys ?? [])];
    const row = await first<PageRow>(on, statement, values);
    if (!row) throw new Error('an aggregate answers one row');
    const { items, last, found, total } = row;
    const more = last !== null && found > request.limit;
    return { items, nextCursor: more ? encodeCursor(print, last) : null, total };
  }

  private filter(name: string): Filter {
    const filter = this.options.filters[name];
    if (!filter) throw new Error(`no filter ${name}`);
    return filter;
  }

  private text(
    sort: readonly string[],
    variants: readonly (readonly [string, string])[],
    request: PageRequest,
    keyCount: number,
  ): string {
    let bound = 1;
    const conditions = variants.map(([name, variant]) => {
      const filter = this.filter(name);
      const placeholder = filter.bind(request.filters[name]) === undefined ? '' : `$${++bound}`;
      return filter.sql(placeholder, variant, this.shape, ALIAS);
    });
    if (this.options.where) conditions.push(this.options.where.replaceAll('$.', `${ALIAS}.`));
    const keys = sortKeys(this.shape, ALIAS, sort);
    const from = `${this.shape.table} ${ALIAS}`;
    const matching = where(conditions);
    const total = request.count ? `, (SELECT count(*)::int FROM ${from} ${matching}) AS total` : '';
    const placeholders = Array.from({ length: keyCount }, () => `$${++bound}`);
    const onPage = where(keyCount ? [...conditions, after(keys, placeholders)] : conditions);
    return `
      SELECT coalesce(json_agg(page.item) FILTER (WHERE page.n <= $1::int), '[]')::text AS items,
             max(page.key) AS last, count(*)::int AS found${total}
      FROM (SELECT ${this.shape.json(ALIAS)} AS item, ${ALIAS}.n,
                   CASE WHEN ${ALIAS}.n = $1::int
                        THEN json_build_array(${keys.map((key) => key.carried).join(', ')})::text END AS key
            FROM (SELECT ${ALIAS}.*, row_number() OVER (ORDER BY ${orderBy(keys)}) AS n
                  FROM ${from} ${onPage} ORDER BY ${orderBy(keys)} LIMIT $1::int + 1) ${ALIAS}) page`;
  }
}

function where(conditions: readonly string[]): string {
  return conditions.length ? `WHERE ${conditions.join(' AND ')}` : '';
}
