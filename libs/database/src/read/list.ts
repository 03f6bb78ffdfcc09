import { first, type Queryable } from '../queryable';
import { type SqlValue, type Statement, StatementCache } from '../statement';
import { csvLine } from './csv';
import { decodeCursor, encodeCursor, fingerprint } from './cursor';
import type { BoundText } from './cursor-reader';
import type { Filter } from './filters';
import { MOST_RANKED } from './full-text';
import { after, keysOf, orderBy, RELEVANCE, type SortKey, sortKeys } from './sort';
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
  /** The property that no two rows of a list share, and that settles ties. Default: the id. */
  readonly key?: string;
}

const ALIAS = 'r';

/** Rows that statements ask for, one more aside: literals, so that the planner knows them, and few, so that statements are. */
const PAGE_SIZES = [10, 20, 50, 100];

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
  private readonly counts = new StatementCache();

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
    const print = () => fingerprint(this.shape.table, sort.join(), used);
    const keys = request.cursor ? decodeCursor(request.cursor, print(), this.keys(sort)) : undefined;
    const variants = active.map(({ name, variant }) => `${name}:${variant}`).join(';');
    const shapeOfRequest = `${sort.join()}|${keys ? 'c' : ''}|${variants}`;
    const size = PAGE_SIZES.find((each) => each >= request.limit) ?? request.limit;
    const text = () => this.text(sort, active, { resumed: keys !== undefined, size });
    const statement = this.statements.get(`${shapeOfRequest}|${size}`, text, laneFor(active));
    const values = [...boundValues(active), ...(keys ?? [])];
    const [rows, total] = await Promise.all([
      on.query<{ json: string }>(statement, values),
      request.count ? this.count(on, variants, active) : undefined,
    ]);
    const items = rows.slice(0, request.limit).map((row) => row.json);
    const last = rows.length > request.limit ? items.at(-1) : undefined;
    return {
      items: `[${items.join(',')}]`,
      nextCursor: last === undefined ? null : encodeCursor(print(), keysOf(last, this.keys(sort))),
      total,
    };
  }

  /** Every row that matches, each as one text, in the order asked for or the default one: for a cursor to read. */
  rows({ sort, filters }: Pick<PageRequest, 'sort' | 'filters'>, form: 'csv' | 'json'): BoundText {
    const active = this.active(filters);
    const keys = this.keys(sort ?? [this.options.defaultSort]);
    const json = `LATERAL (SELECT ${this.shape.columns(ALIAS)}) item`;
    const value = form === 'csv' ? csvLine(this.shape, ALIAS) : 'row_to_json(item)::text';
    const from = `${this.shape.table} ${this.shape.row(ALIAS)}${form === 'csv' ? '' : `, ${json}`}`;
    const text = `SELECT ${value} AS row FROM ${from} ${where(this.placed(active).conditions)} ORDER BY ${orderBy(keys)}`;
    return { text, values: boundValues(active) };
  }

  private keys(sort: readonly string[]): SortKey[] {
    return sortKeys(this.shape, ALIAS, sort, this.options.key ?? 'id');
  }

  private async count(on: Queryable, variants: string, active: readonly ActiveFilter[]): Promise<number> {
    const text = () =>
      `SELECT count(*)::int AS total FROM ${this.shape.table} ${ALIAS} ${where(this.placed(active).conditions)}`;
    const row = await first<{ total: number }>(on, this.counts.get(variants, text), boundValues(active));
    return row?.total ?? 0;
  }

  private active(values: PageRequest['filters']): ActiveFilter[] {
    const filters = Object.entries(this.options.filters).filter(([name]) => values[name] !== undefined);
    return filters.map(([name, filter]) => {
      const value = values[name];
      return { name, filter, variant: filter.variant(value), value: filter.bind(value) };
    });
  }

  /** The conditions of the filters in use. */
  private placed(active: readonly ActiveFilter[]) {
    let bound = 0;
    const placed = active.map((each) => ({
      ...each,
      placeholder: each.value === undefined ? '' : `$${++bound}`,
    }));
    const conditions = placed.map(({ filter, placeholder, variant }) =>
      filter.sql(placeholder, variant, this.shape, ALIAS),
    );
    if (this.options.where) conditions.push(this.options.where.replaceAll('$.', `${ALIAS}.`));
    return { conditions, bound, search: placed.find(({ filter }) => filter.ranking) };
  }

  private text(
    sort: readonly string[],
    active: readonly ActiveFilter[],
    { resumed, size }: { resumed: boolean; size: number },
  ): string {
    const { conditions, bound, search } = this.placed(active);
    const table = `${this.shape.table} ${ALIAS}`;
    const keys = this.keys(sort);
    const onPage = resumed
      ? [
          after(
            keys,
            keys.map((_, i) => `$${bound + 1 + i}`),
          ),
        ]
      : [];
    const ranked = sort[0] === RELEVANCE;
    const from = ranked
      ? this.newest(table, conditions, search?.filter.ranking?.(search.placeholder, ALIAS))
      : table;
    const highlight = search?.filter.highlight?.(search.placeholder, ALIAS);
    const added = {
      ...(ranked ? { relevance: `${ALIAS}.relevance` } : {}),
      ...(highlight ? { highlight } : {}),
    };
    return `
      SELECT row_to_json(item)::text AS json
      FROM (SELECT * FROM ${from} ${where(ranked ? onPage : [...conditions, ...onPage])}
            ORDER BY ${orderBy(keys)} LIMIT ${size + 1}) ${this.shape.row(ALIAS)},
           LATERAL (SELECT ${this.shape.columns(ALIAS, added)}) item`;
  }

  /** The newest matches with their relevance. */
  private newest(table: string, conditions: readonly string[], ranking = '0'): string {
    const newestFirst = orderBy(this.keys([this.options.defaultSort]));
    const matches = `SELECT * FROM ${table} ${where(conditions)} ORDER BY ${newestFirst} LIMIT ${MOST_RANKED}`;
    return `(SELECT ${ALIAS}.*, ${ranking} AS relevance FROM (${matches}) ${ALIAS}) ${ALIAS}`;
  }
}

/** Ranking takes long, and behind it others would wait; where the plan depends on the values, it is made for them. */
function laneFor(active: readonly ActiveFilter[]): Statement['lane'] {
  if (active.some(({ filter }) => filter.ranking)) return undefined;
  return active.every(({ filter, variant }) => filter.anyPlan?.(variant)) ? 'pages' : 'planned';
}

function where(conditions: readonly string[]): string {
  return conditions.length ? `WHERE ${conditions.join(' AND ')}` : '';
}

function boundValues(active: readonly ActiveFilter[]): SqlValue[] {
  return active.map(({ value }) => value).filter((value) => value !== undefined);
}
