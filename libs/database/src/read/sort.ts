import type { ReadShape, ShapeColumn } from './shape';

/** One key of an order, in the form in which keyset conditions and indexes use it: never NULL. */
export interface SortKey {
  readonly sql: string;
  /** The field of an item that holds it. */
  readonly property: string;
  /** What stands for NULL. */
  readonly missing: string | null;
  readonly cast: string;
  readonly descending: boolean;
  accepts(value: unknown): boolean;
}

const TIME = /^(\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?\+00:00|-?infinity)$/;
const [MIN_BIGINT, MAX_BIGINT] = ['-9223372036854775808', '9223372036854775807'];
const DATE = /^\d{4,}-\d\d-\d\d$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const CAST_OF_TYPE: Record<string, string> = {
  timestamptz: 'timestamptz',
  'timestamp with time zone': 'timestamptz',
  integer: 'int',
  int: 'int',
  bigint: 'bigint',
  float: 'float8',
  'double precision': 'float8',
  uuid: 'uuid',
  date: 'date',
};

function accepts(cast: string, value: unknown): boolean {
  if (cast === 'timestamptz') return typeof value === 'string' && TIME.test(value);
  if (cast === 'date') return typeof value === 'string' && DATE.test(value);
  if (cast === 'uuid') return typeof value === 'string' && UUID.test(value);
  if (cast === 'text') return typeof value === 'string' && value.isWellFormed() && !value.includes('\0');
  if (cast === 'bigint') return typeof value === 'string' && isBigint(value);
  return Number.isFinite(value) && (cast === 'float8' || Number.isSafeInteger(value));
}

function isBigint(text: string): boolean {
  return /^-?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

/** A value that sorts a missing one last in either direction. */
function whenMissing(cast: string, descending: boolean): string {
  if (cast === 'bigint') return descending ? MIN_BIGINT : MAX_BIGINT;
  if (cast !== 'timestamptz') throw new Error(`no value of ${cast} sorts last`);
  return `${descending ? '-' : ''}infinity`;
}

function toKey({ property, name, type, nullable }: ShapeColumn, alias: string, descending: boolean): SortKey {
  const cast = CAST_OF_TYPE[type] ?? 'text';
  const missing = nullable ? whenMissing(cast, descending) : null;
  const present = missing === null ? `${alias}.${name}` : `coalesce(${alias}.${name}, '${missing}'::${cast})`;
  const sql = cast === 'text' ? `${present} COLLATE "C"` : present;
  return { sql, property, missing, cast, descending, accepts: (value) => accepts(cast, value) };
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
  const sql = `${alias}.relevance`;
  const accepts = (value: unknown) => Number.isFinite(value);
  return { sql, property: 'relevance', missing: null, cast: 'real', descending: true, accepts };
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
 */
export function after(keys: readonly SortKey[], placeholders: readonly string[]): string {
  const operator = (key: SortKey) => (key.descending ? '<' : '>');
  const value = (i: number) => `${placeholders[i]}::${keys[i]?.cast}`;
  const [head] = keys;
  if (!head) throw new Error('a keyset needs a key');
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
