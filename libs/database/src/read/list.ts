import { first, type Queryable } from '../database';
import { type SqlValue, StatementCache } from '../statement';
import { decodeCursor, encodeCursor, fingerprint } from './cursor';
import type { Filter } from './filters';
import { MOST_RANKED } from './full-text';
import { after, orderBy, RELEVANCE, sortKeys } from './sort';
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

/** A filter that a request uses, with what is bound to it. */
interface ActiveFilter {
  readonly name: string;
  readonly filter: Filter;
  readonly variant: string;
  readonly value: SqlValue | undefined;
}

/** A keyset-paged list of an entity. One statement a page; its text is made once for each shape of request. */
export class ReadList {
  private readonly statements = new StatementCache();

  constructor(
    private readonly shape: ReadShape,
    private readonly options: ListOptions,
  ) {}

  /** @throws InvalidCursor */
  async page(on: Queryable, request: PageRequest): Promise<Page> {
    const active = this.active(request.filters);
    const ranked = request.sort === undefined && active.some(({ filter }) => filter.ranking);
    const sort = request.sort ?? [ranked ? RELEVANCE : this.options.defaultSort];
    const used = active.map(({ name }) => [name, request.filters[name]]);
    const print = fingerprint(this.shape.table, sort.join(), used);
    const keys = request.cursor
      ? decodeCursor(request.cursor, print, sortKeys(this.shape, ALIAS, sort))
      : undefined;
    const variants = active.map(({ name, variant }) => `${name}:${variant}`).join(';');
    const shapeOfRequest = `${sort.join()}|${keys ? 'c' : ''}${request.count ? 't' : ''}|${variants}`;
    const text = () =>
      this.text(sort, active, { counted: request.count === true, resumed: keys !== undefined });
    // Counting and ranking take long: behind them, others would wait.
    const lane = request.count || active.some(({ filter }) => filter.ranking) ? undefined : 'pages';
    const values = [
      request.limit,
      ...active.map(({ value }) => value).filter((v) => v !== undefined),
      ...(keys ?? []),
    ];
    const row = await first<PageRow>(on, this.statements.get(shapeOfRequest, text, lane), values);
    if (!row) throw new Error('an aggregate answers one row');
    const { items, last, found, total } = row;
    const more = last !== null && found > request.limit;
    return { items, nextCursor: more ? encodeCursor(print, last) : null, total };
  }

  private active(values: PageRequest['filters']): ActiveFilter[] {
    const filters = Object.entries(this.options.filters).filter(([name]) => values[name] !== undefined);
    return filters.map(([name, filter]) => {
      const value = values[name];
      return { name, filter, variant: filter.variant(value), value: filter.bind(value) };
    });
  }

  private text(
    sort: readonly string[],
    active: readonly ActiveFilter[],
    { counted, resumed }: { counted: boolean; resumed: boolean },
  ): string {
    let bound = 1;
    const placed = active.map((each) => ({
      ...each,
      placeholder: each.value === undefined ? '' : `$${++bound}`,
    }));
    const conditions = placed.map(({ filter, placeholder, variant }) =>
      filter.sql(placeholder, variant, this.shape, ALIAS),
    );
    if (this.options.where) conditions.push(this.options.where.replaceAll('$.', `${ALIAS}.`));
    const table = `${this.shape.table} ${ALIAS}`;
    const keys = sortKeys(this.shape, ALIAS, sort);
    const onPage = resumed
      ? [
          after(
            keys,
            keys.map(() => `$${++bound}`),
          ),
        ]
      : [];
    const search = placed.find(({ filter }) => filter.ranking);
    const ranked = sort[0] === RELEVANCE;
    const from = ranked
      ? `(${this.newest(table, conditions, search?.filter.ranking?.(search.placeholder, ALIAS))}) ${ALIAS}`
      : table;
    const highlight = search?.filter.highlight?.(search.placeholder, ALIAS);
    const total = counted ? `, (SELECT count(*)::int FROM ${table} ${where(conditions)}) AS total` : '';
    return `
      SELECT coalesce(json_agg(page.item) FILTER (WHERE page.n <= $1::int), '[]')::text AS items,
             max(page.key) AS last, count(*)::int AS found${total}
      FROM (SELECT ${this.shape.json(ALIAS, highlight ? { highlight } : {})} AS item, ${ALIAS}.n,
                   CASE WHEN ${ALIAS}.n = $1::int
                        THEN json_build_array(${keys.map((key) => key.carried).join(', ')})::text END AS key
            FROM (SELECT ${ALIAS}.*, row_number() OVER (ORDER BY ${orderBy(keys)}) AS n
                  FROM ${from} ${where(ranked ? onPage : [...conditions, ...onPage])}
                  ORDER BY ${orderBy(keys)} LIMIT $1::int + 1) ${ALIAS}) page`;
  }

  /** The newest matches with their relevance. */
  private newest(table: string, conditions: readonly string[], ranking = '0'): string {
    const newestFirst = orderBy(sortKeys(this.shape, ALIAS, [this.options.defaultSort]));
    return `SELECT ${ALIAS}.*, ${ranking} AS relevance
            FROM (SELECT * FROM ${table} ${where(conditions)} ORDER BY ${newestFirst} LIMIT ${MOST_RANKED}) ${ALIAS}`;
  }
}

function where(conditions: readonly string[]): string {
  return conditions.length ? `WHERE ${conditions.join(' AND ')}` : '';
}
