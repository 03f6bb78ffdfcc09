import type { Catalog, CatalogObject } from './catalog';

/** One object that is missing, is other than expected, or is there though nobody expected it. */
export interface CatalogDifference {
  /** `column users.status`, `index idx_users_email` … */
  readonly object: string;
  readonly expected: string | null;
  readonly found: string | null;
}

/**
 * What keeps `found` from being `expected`. Tables, functions and indexes beyond it are nobody's business; columns,
 * constraints and triggers beyond it are, where they are on an expected table, since they change what writing to it does.
 */
export function differences(expected: Catalog, found: Catalog): CatalogDifference[] {
  const wanted = describe(expected, expected.tables);
  const present = describe(found, expected.tables);
  const missing = [...wanted]
    .filter(([object, definition]) => present.get(object) !== definition)
    .map(([object, definition]) => ({ object, expected: definition, found: present.get(object) ?? null }));
  const surplus = [...present]
    .filter(([object]) => !wanted.has(object) && /^(column|constraint|trigger) /.test(object))
    .map(([object, definition]) => ({ object, expected: null, found: definition }));
  return [...missing, ...surplus];
}

function describe(catalog: Catalog, tables: readonly string[]): Map<string, string> {
  const on = <T extends { readonly table: string | null }>(objects: readonly T[]): T[] =>
    objects.filter(({ table }) => table === null || tables.includes(table));
  const named = (kind: string, objects: readonly CatalogObject[]): Array<[string, string]> =>
    on(objects).map(({ table, name, definition }) => [
      table === null || kind === 'index' ? `${kind} ${name}` : `${kind} ${table}.${name}`,
      definition,
    ]);
  return new Map<string, string>([
    ...catalog.tables
      .filter((name) => tables.includes(name))
      .map((name) => [`table ${name}`, 'table'] as const),
    ...on(catalog.columns).map(
      (column) =>
        [
          `column ${column.table}.${column.name}`,
          [
            column.type,
            column.nullable ? '' : ' NOT NULL',
            column.default === null ? '' : ` DEFAULT ${column.default}`,
          ].join(''),
        ] as const,
    ),
    ...named('constraint', catalog.constraints),
    ...named('index', catalog.indexes),
    ...named('trigger', catalog.triggers),
    ...named('function', catalog.functions),
  ]);
}
