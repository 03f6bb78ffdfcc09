import { first, type Queryable } from '../queryable';
import { refusedValue, type SqlValue, StatementCache } from '../statement';
import { ActiveFilters } from './active-filters';
import { csvLine } from './csv';
import { decodeCursor, encodeCursor, fingerprint, InvalidCursor } from './cursor';
import type { BoundText } from './cursor-reader';
import type { Filter } from './filters';
import { MOST_RANKED } from './full-text';
import { after, isCarried, keysOf, orderBy, RELEVANCE, type SortKey, sortKeys } from './sort';
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
    const active = new ActiveFilters(this.options.filters, request.filters);
    const sort = request.sort ?? [active.ranking(ALIAS) ? RELEVANCE : this.options.defaultSort];
    const keys = this.keys(sort);
    const print = () => fingerprint(this.shape.table, sort.join(), active.given);
    const from = request.cursor ? placeIn(decodeCursor(request.cursor, print()), keys) : undefined;
    const size = PAGE_SIZES.find((each) => each >= request.limit) ?? request.limit;
    const text = () => this.text(keys, active, { resumed: from !== undefined, size });
    const shapeOfRequest = [sort.join(), from ? 'resumed' : '', size, active.variants].join('|');
    const statement = this.statements.get(shapeOfRequest, text, active.lane);
    const [rows, total] = await Promise.all([
      on.query<{ json: string }>(statement, [...active.values, ...(from ?? [])]).catch((error: unknown) => {
        throw from && refusedValue(error) ? new InvalidCursor() : error;
      }),
      request.count ? this.count(on, active) : undefined,
    ]);
    const items = rows.slice(0, request.limit).map((row) => row.json);
    const last = rows.length > request.limit ? items.at(-1) : undefined;
    return {
      items: `[${items.join(',')}]`,
      nextCursor: last === undefined ? null : encodeCursor(print(), keysOf(last, keys)),
      total,
    };
  }

  /** Every row that matches, each as one text, in the order asked for or the default one: for a cursor to read. */
  rows({ sort, filters }: Pick<PageRequest, 'sort' | 'filters'>, form: 'csv' | 'json'): BoundText {
    const active = new ActiveFilters(this.options.filters, filters);
    const order = orderBy(this.keys(sort ?? [this.options.defaultSort]));
    const json = `LATERAL (SELECT ${this.shape.columns(ALIAS)}) item`;
    const value = form === 'csv' ? csvLine(this.shape, ALIAS) : 'row_to_json(item)::text';
    const from = `${this.shape.table} ${this.shape.row(ALIAS)}${form === 'csv' ? '' : `, ${json}`}`;
    const text = `SELECT ${value} AS row FROM ${from} ${where(this.conditions(active))} ORDER BY ${order}`;
    return { text, values: active.values };
  }

  private keys(sort: readonly string[]): SortKey[] {
    return sortKeys(this.shape, ALIAS, sort, this.options.key ?? 'id');
  }

  private async count(on: Queryable, active: ActiveFilters): Promise<number> {
    const text = () =>
      `SELECT count(*)::int AS total FROM ${this.shape.table} ${ALIAS} ${where(this.conditions(active))}`;
    const row = await first<{ total: number }>(on, this.counts.get(active.variants, text), active.values);
    return row?.total ?? 0;
  }

  private conditions(active: ActiveFilters): string[] {
    const { where: always } = this.options;
    const own = active.conditions(this.shape, ALIAS);
    return always === undefined ? own : [...own, always.replaceAll('$.', `${ALIAS}.`)];
  }

  private text(
    keys: readonly SortKey[],
    active: ActiveFilters,
    { resumed, size }: { resumed: boolean; size: number },
  ): string {
    const table = `${this.shape.table} ${ALIAS}`;
    const matching = this.conditions(active);
    const onPage = resumed ? [after(keys, active.values.length)] : [];
    const ranked = keys[0]?.property === 'relevance' && active.ranking(ALIAS) !== undefined;
    const from = ranked ? this.newest(table, matching, active) : table;
    const highlight = active.highlight(ALIAS);
    const added = {
      ...(ranked ? { relevance: `${ALIAS}.relevance` } : {}),
      ...(highlight ? { highlight } : {}),
    };
    return `
      SELECT row_to_json(item)::text AS json
      FROM (SELECT * FROM ${from} ${where(ranked ? onPage : [...matching, ...onPage])}
            ORDER BY ${orderBy(keys)} LIMIT ${size + 1}) ${this.shape.row(ALIAS)},
           LATERAL (SELECT ${this.shape.columns(ALIAS, added)}) item`;
  }

  /** The newest matches with their relevance. */
  private newest(table: string, matching: readonly string[], active: ActiveFilters): string {
    const newestFirst = orderBy(this.keys([this.options.defaultSort]));
    const matches = `SELECT * FROM ${table} ${where(matching)} ORDER BY ${newestFirst} LIMIT ${MOST_RANKED}`;
    return `(SELECT ${ALIAS}.*, ${active.ranking(ALIAS)} AS relevance FROM (${matches}) ${ALIAS}) ${ALIAS}`;
  }
}

/** @throws InvalidCursor */
function placeIn(carried: readonly unknown[], keys: readonly SortKey[]): SqlValue[] {
  const fits = carried.length === keys.length && keys.every((key, i) => isCarried(key, carried[i]));
  if (!fits) throw new InvalidCursor();
  return carried as SqlValue[];
}

function where(conditions: readonly string[]): string {
  return conditions.length ? `WHERE ${conditions.join(' AND ')}` : '';
}
