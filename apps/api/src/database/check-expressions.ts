/** SQL of a CHECK that allows exactly `values`, as the migrations write it. */
export function isOneOf(column: string, values: readonly string[]): string {
  return `${column} IN (${values.map((value) => `'${value}'`).join(', ')})`;
}
