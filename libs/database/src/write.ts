import type { ReadShape } from './read/shape';

/** The column names of some properties, as an INSERT lists them. */
export function columnList(shape: ReadShape, properties: readonly string[]): string {
  return properties.map((property) => shape.name(property)).join(', ');
}

/** Typed placeholders for some properties: `$3::varchar, $4::uuid`. @param from number of the first */
export function placeholders(shape: ReadShape, properties: readonly string[], from: number): string {
  return properties.map((property, i) => placeholder(shape, property, from + i)).join(', ');
}

/** What SET takes for some properties: `title = $5::varchar`. @param from number of the first placeholder */
export function assignments(shape: ReadShape, properties: readonly string[], from: number): string {
  return properties
    .map((property, i) => `${shape.name(property)} = ${placeholder(shape, property, from + i)}`)
    .join(', ');
}

function placeholder(shape: ReadShape, property: string, number: number): string {
  const { type } = shape.column(property);
  // A cast to `char` alone keeps one character; the column itself judges the length.
  return `$${number}::${type === 'varchar' || type === 'char' ? 'text' : type}`;
}
