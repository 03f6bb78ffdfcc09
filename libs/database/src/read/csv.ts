import { type ReadShape, TEXTS } from './shape';

/** What spreadsheets take for the start of a formula. */
const FORMULA = String.raw`'^[-=+@\t\r]'`;

/** The names of a shape's fields as a line of CSV, without its end. */
export function csvHeader(shape: ReadShape): string {
  return shape.fieldNames.join(',');
}

/**
 * SQL for a row as a line of CSV (RFC 4180), without its end: texts always in quotes, so that an empty one differs from a
 * missing one. A text that a spreadsheet would run as a formula gets a leading `'`.
 */
export function csvLine(shape: ReadShape, alias: string): string {
  return shape.fieldNames.map((property) => cell(shape, property, alias)).join(` || ',' || `);
}

function cell(shape: ReadShape, property: string, alias: string): string {
  const { name, type } = shape.column(property);
  const column = `${alias}.${name}`;
  if (TEXTS.has(type)) return `coalesce(${quoted(column)}, '')`;
  // As JSON has it: RFC 3339, with the microseconds.
  if (type === 'timestamptz') return `coalesce(to_json(${column}) #>> '{}', '')`;
  return `coalesce(${column}::text, '')`;
}

function quoted(column: string): string {
  const guard = `CASE WHEN ${column} ~ ${FORMULA} THEN '''' ELSE '' END`;
  return `('"' || ${guard} || replace(${column}, '"', '""') || '"')`;
}
