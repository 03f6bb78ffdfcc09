import type { SqlValue } from '../statement';
import type { ReadShape } from './shape';

/**
 * One filter of a list. A filter has a bounded number of variants, each with a constant SQL text; what a client
 * sends only ever reaches the statement as the bound `value`.
 */
export interface Filter {
  variant(value: unknown): string;
  /** `undefined`: this variant binds nothing. */
  bind(value: unknown): SqlValue | undefined;
  sql(placeholder: string, variant: string, shape: ReadShape, alias: string): string;
  /** Whether one plan serves all values of this variant as well as a plan made for the value. */
  readonly anyPlan?: (variant: string) => boolean;
  /** How well a row matches: the default order where this filter is used. */
  ranking?(placeholder: string, alias: string): string;
  /** A JSON object of snippets, added to each item as `highlight`. */
  highlight?(placeholder: string, alias: string): string;
}

/** A filter with one bound value; `sql` has `?` where it goes and `$.` for the row's alias. */
export function condition(sql: string): Filter {
  return {
    variant: () => '',
    bind: (value) => value as SqlValue,
    sql: (placeholder, _variant, _shape, alias) =>
      sql.replaceAll('?', placeholder).replaceAll('$.', `${alias}.`),
  };
}

/** States that one plan serves every value of this filter. */
export function onePlan(filter: Filter): Filter {
  return { ...filter, anyPlan: () => true };
}

function comparison(property: string, operator: '>=' | '<=' | '<' | '='): Filter {
  return {
    variant: () => '',
    bind: (value) => value as SqlValue,
    sql: (placeholder, _variant, shape, alias) =>
      `${alias}.${shape.name(property)} ${operator} ${placeholder}`,
  };
}

export const equals = (property: string) => onePlan(comparison(property, '='));
export const atLeast = (property: string) => comparison(property, '>=');
export const atMost = (property: string) => comparison(property, '<=');
/** From that moment on, the moment included. */
export const since = (property: string) => comparison(property, '>=');
/** Earlier than that moment. */
export const before = (property: string) => comparison(property, '<');

/** Any of the values; `null` among them means rows without one. */
export function anyOf(property: string): Filter {
  return {
    anyPlan: (variant) => variant === 'one' || variant === 'none',
    variant: (value) => {
      const values = value as readonly (string | number | null)[];
      const present = values.filter((each) => each !== null).length;
      const many = present === 0 ? '' : present === 1 ? 'one' : 'many';
      return `${many}${present < values.length ? 'none' : ''}`;
    },
    bind: (value) => {
      const present = (value as readonly (string | number | null)[]).filter((each) => each !== null);
      if (present.length === 0) return undefined;
      return present.length === 1 ? present[0] : present;
    },
    sql: (placeholder, variant, shape, alias) => {
      const column = `${alias}.${shape.name(property)}`;
      const branches = [];
      if (variant.startsWith('one')) branches.push(`${column} = ${placeholder}`);
      if (variant.startsWith('many')) branches.push(`${column} = ANY(${placeholder})`);
      if (variant.endsWith('none')) branches.push(`${column} IS NULL`);
      return branches.length === 1 ? (branches[0] ?? '') : `(${branches.join(' OR ')})`;
    },
  };
}

/** A yes-or-no filter: the rows for which `sql` is true (`$.` is the row's alias), or those for which it is not. */
export function flag(sql: string): Filter {
  return {
    variant: (value) => String(value === true),
    bind: () => undefined,
    sql: (_placeholder, variant, _shape, alias) =>
      `${variant === 'true' ? '' : 'NOT '}coalesce((${sql.replaceAll('$.', `${alias}.`)}), false)`,
  };
}
