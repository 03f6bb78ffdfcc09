import { type ReadShape, type ShapeColumn, TEXTS } from './shape';

/** One key of an order, in the form in which keyset conditions and indexes use it: never NULL. */
export interface SortKey {
  readonly sql: string;
  /** The field of an item that holds it. */
  readonly property: string;
  /** What stands for NULL: it sorts last in the key's direction. */
  readonly missing: string | null;
  readonly cast: string;
  readonly descending: boolean;
}

/** The highest and the lowest value of the types that a nullable key may have. */
const ENDS: Readonly<Record<string, readonly [highest: string, lowest: string]>> = {
  timestamptz: ['infinity', '-infinity'],
  bigint: ['9223372036854775807', '-9223372036854775808'],
};

/** How cursors write what they carry as text; the rest are numbers. Whether a value is in range, PostgreSQL says. */
const WRITTEN: Readonly<Record<string, RegExp>> = {
  text: /^[^\p{Cs}]*$/u,
  timestamptz: /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+00:00|-?infinity)$/,
  date: /^\d{4,}-\d\d-\d\d$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  bigint: /^-?\d{1,19}$/,
};

/** Whether a cursor would carry such a value for a key. */
export function isCarried({ cast }: SortKey, value: unknown): boolean {
  const written = WRITTEN[cast];
  return written ? typeof value === 'string' && written.test(value) : Number.isFinite(value);
}

function toKey({ property, name, type, nullable }: ShapeColumn, alias: string, descending: boolean): SortKey {
  const column = `${alias}.${name}`;
  if (TEXTS.has(type) && !nullable)
    return { sql: `${column} COLLATE "C"`, property, missing: null, cast: 'text', descending };
  const missing = nullable ? ENDS[type]?.[descending ? 1 : 0] : null;
  if (missing === undefined) throw new Error(`no value of ${type} sorts last`);
  const sql = missing === null ? column : `coalesce(${column}, '${missing}'::${type})`;
  return { sql, property, missing, cast: type, descending };
}

/** The keys of an item, as the JSON array that a cursor carries: BIGINT as text, since a number would be rounded past 2^53. */
export function keysOf(item: string, keys: readonly SortKey[]): string {
  const exact = new Set(keys.filter(({ cast }) => cast === 'bigint').map(({ property }) => property));
  const reviver = (name: string, value: unknown, context?: { source?: string }) =>
    exact.has(name) && typeof value === 'number' ? context?.source : value;
  const fields = JSON.parse(item, reviver as (name: string, value: unknown) => unknown) as Record<
    string,
    unknown
  >;
  return JSON.stringify(keys.map(({ property, missing }) => fields[property] ?? missing));
}

/** The sort term of lists that are ranked: best first. */
export const RELEVANCE = '-relevance';

function byRelevance(alias: string): SortKey {
  return { sql: `${alias}.relevance`, property: 'relevance', missing: null, cast: 'real', descending: true };
}

/**
 * @param sort property names, `-` before a descending one
 * @param last added as the last key where it is none yet, in the direction of the key before it: no two rows of a list share it
 */
export function sortKeys(shape: ReadShape, alias: string, sort: readonly string[], last: string): SortKey[] {
  const keys = sort.map((term) => {
    if (term === RELEVANCE) return byRelevance(alias);
    const descending = term.startsWith('-');
    return toKey(shape.column(descending ? term.slice(1) : term), alias, descending);
  });
  if (keys.at(-1)?.property === last) return keys;
  return [...keys, toKey(shape.column(last), alias, keys.at(-1)?.descending ?? false)];
}

export function orderBy(keys: readonly SortKey[]): string {
  return keys.map((key) => `${key.sql} ${key.descending ? 'DESC' : 'ASC'}`).join(', ');
}

/**
 * The rows after the given keys. One direction throughout is a row comparison, which an index answers as one
 * range; mixed directions lead with a range on the first key and settle its ties in an OR.
 * @param bound the number of the placeholder before theirs
 */
export function after(keys: readonly SortKey[], bound: number): string {
  const [head] = keys;
  if (!head) throw new Error('a keyset needs a key');
  const operator = (key: SortKey) => (key.descending ? '<' : '>');
  const value = (i: number) => `$${bound + 1 + i}::${keys[i]?.cast}`;
  if (keys.every((key) => key.descending === head.descending)) {
    const left = keys.map((key) => key.sql).join(', ');
    return `(${left}) ${operator(head)} (${keys.map((_, i) => value(i)).join(', ')})`;
  }
  const ties = (i: number): string => {
    const key = keys[i];
    if (!key) return 'false';
    return `(${key.sql} ${operator(key)} ${value(i)} OR (${key.sql} = ${value(i)} AND ${ties(i + 1)}))`;
  };
  return `${head.sql} ${operator(head)}= ${value(0)} AND ${ties(0)}`;
}
