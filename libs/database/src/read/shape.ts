import { getMetadataArgsStorage } from 'typeorm';
import { byKey, type Statement } from '../statement';

type EntityClass = abstract new () => object;

const SHORT: ReadonlyMap<string, string> = new Map([['timestamp with time zone', 'timestamptz']]);

/** Types of columns that hold text. */
export const TEXTS: ReadonlySet<string> = new Set(['varchar', 'text', 'char']);

/** A column as SQL knows it. */
export interface ShapeColumn {
  readonly property: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/**
 * What leaves of an entity: its columns, but for those that the entity hides (`select: false`), under the names
 * that its properties have. PostgreSQL composes the JSON, so times keep their microseconds and BIGINT stays exact.
 */
export class ReadShape {
  readonly table: string;
  private readonly all: ReadonlyMap<string, ShapeColumn>;
  private readonly fields: readonly (readonly [name: string, sql: (alias: string) => string])[];
  private readonly beside: string;

  /**
   * @param derived further fields: SQL over the alias `$` of the row, e.g. `upper($.name)`
   * @param omit properties that this shape leaves out
   * @param beside SQL behind the row's table that these need and that leaves each row one row: `LEFT JOIN LATERAL (…) other ON true`
   */
  constructor(
    entity: EntityClass,
    {
      derived = {},
      omit = [],
      beside = '',
    }: { derived?: Record<string, string>; omit?: readonly string[]; beside?: string } = {},
  ) {
    this.beside = beside;
    const storage = getMetadataArgsStorage();
    const table = storage.tables.find((args) => args.target === entity);
    if (!table?.name) throw new Error(`${entity.name} is no entity with a table name`);
    this.table = table.name;
    const columns = storage.columns.filter((args) => args.target === entity);
    this.all = new Map(columns.map((args) => [args.propertyName, toColumn(args)]));
    const own = columns
      .filter((args) => args.options.select !== false && !omit.includes(args.propertyName))
      .filter((args) => !(args.propertyName in derived))
      .map(
        ({ propertyName }) =>
          [propertyName, (alias: string) => `${alias}.${this.name(propertyName)}`] as const,
      );
    const extra = Object.entries(derived).map(
      ([name, sql]) => [name, (alias: string) => sql.replaceAll('$.', `${alias}.`)] as const,
    );
    this.fields = [...own, ...extra];
  }

  /** The names of the fields that leave. */
  get fieldNames(): string[] {
    return this.fields.map(([name]) => name);
  }

  column(property: string): ShapeColumn {
    const column = this.all.get(property);
    if (!column) throw new Error(`${this.table} has no property ${property}`);
    return column;
  }

  /** The column's name in the database. */
  name(property: string): string {
    return this.column(property).name;
  }

  /** A query by key for single rows as JSON with their versions. @param where SQL that the row meets; `$.` is its alias */
  byKey(property: string, where = 'true'): Statement {
    const key = `r.${this.name(property)}`;
    return byKey(`
      SELECT ${key}::text AS key, r.xmin::text AS version, ${this.json('r')}::text AS json FROM ${this.table} ${this.row('r')}
      WHERE ${key} = ANY($1) AND ${where.replaceAll('$.', 'r.')}`);
  }

  /** The row under its alias, as FROM names it, with what its fields need beside it. */
  row(alias: string): string {
    return this.beside ? `${alias} ${this.beside.replaceAll('$.', `${alias}.`)}` : alias;
  }

  /** The fields as columns of a SELECT, by their names in JSON. @param extra further fields, as SQL */
  columns(alias: string, extra: Readonly<Record<string, string>> = {}): string {
    const own = this.fields.map(([name, sql]) => `${sql(alias)} AS "${name}"`);
    const added = Object.entries(extra).map(([name, sql]) => `${sql} AS "${name}"`);
    return [...own, ...added].join(', ');
  }

  /** A JSON object of one row: for a single one faster than `row_to_json`, which is for many. */
  json(alias: string): string {
    return `json_build_object(${this.fields.map(([name, sql]) => `'${name}', ${sql(alias)}`).join(', ')})`;
  }
}

function toColumn({ propertyName, options }: { propertyName: string; options: ColumnArgs }): ShapeColumn {
  return {
    property: propertyName,
    name: options.name ?? propertyName,
    type: typeof options.type === 'string' ? (SHORT.get(options.type) ?? options.type) : 'text',
    nullable: options.nullable === true,
  };
}

interface ColumnArgs {
  name?: string;
  type?: unknown;
  nullable?: boolean;
}
