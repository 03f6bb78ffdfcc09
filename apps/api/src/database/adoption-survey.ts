import type { SqlRunner } from './catalog';
import { CHECKS, NOT_NULL, triggers } from './migrations/1795305601000-ConstrainValues';

/** Rows whose value the constraints would refuse. */
export interface Misfit {
  readonly kind: 'not_allowed' | 'differs_only_in_case' | 'missing';
  readonly table: string;
  readonly column: string;
  /** As text; null where the value is missing. */
  readonly value: string | null;
  readonly rows: number;
  /** The condition that does not hold, as SQL or in words. */
  readonly rule: string;
}

export interface Nulls {
  readonly table: string;
  readonly column: string;
  readonly rows: number;
}

export interface Mapped {
  readonly table: string;
  readonly column: string;
  readonly from: string;
  readonly to: string;
  readonly rows: number;
}

/** A mapping that names no column of the reference: most likely mistyped. */
export class UnknownMapping extends Error {
  override readonly name = 'UnknownMapping';

  constructor(
    readonly mapping: string,
    columns: readonly string[],
  ) {
    super(
      `"${mapping}" maps no column that has rules. There are: ${columns.join(', ')}; write column:old=new.`,
    );
  }
}

/** Columns without a default: nothing can be filled in for them. */
const WITHOUT_DEFAULT: ReadonlyArray<readonly [table: string, column: string]> = [
  ['code_metrics', 'feature_id'],
  ['stage_transitions', 'feature_id'],
];

const CASE_INSENSITIVE = ['username', 'email'] as const;

/** Replaces values by `column:old` or `table.column:old`, without touching updated_at. */
export async function applyValueMap(on: SqlRunner, map: Readonly<Record<string, string>>): Promise<Mapped[]> {
  const replacements = Object.entries(map).flatMap(([key, to]) => replacementsFor(key, to));
  await on.query(triggers('DISABLE'));
  const mapped: Mapped[] = [];
  for (const { table, column, from, to } of replacements) {
    const [counted] = await on.query<Array<{ rows: number }>>(
      `SELECT count(*)::int AS rows FROM ${table} WHERE ${column}::text = $1`,
      [from],
    );
    await on.query(`UPDATE ${table} SET ${column} = $2 WHERE ${column}::text = $1`, [from, to]);
    mapped.push({ table, column, from, to, rows: counted?.rows ?? 0 });
  }
  await on.query(triggers('ENABLE'));
  return mapped;
}

/** Everything that the constraints would refuse, the most frequent first. */
export async function findMisfits(on: SqlRunner): Promise<Misfit[]> {
  const notAllowed = CHECKS.map(
    ([table, column, condition]) =>
      `SELECT 'not_allowed' AS kind, '${table}' AS table, '${column}' AS column, ${column}::text AS value,
              count(*)::int AS rows, ${quote(condition)} AS rule
         FROM ${table} WHERE NOT (${condition}) GROUP BY ${column}`,
  );
  const inCase = CASE_INSENSITIVE.map(
    (column) =>
      `SELECT 'differs_only_in_case', 'users', '${column}', ${column}, 1, 'unique without regard to case'
         FROM users WHERE lower(${column}) IN (SELECT lower(${column}) FROM users GROUP BY 1 HAVING count(*) > 1)`,
  );
  const missing = WITHOUT_DEFAULT.map(
    ([table, column]) =>
      `SELECT 'missing', '${table}', '${column}', NULL, count(*)::int, 'NOT NULL'
         FROM ${table} WHERE ${column} IS NULL HAVING count(*) > 0`,
  );
  return on.query(`${[...notAllowed, ...inCase, ...missing].join(' UNION ALL ')} ORDER BY 2, 3, 5 DESC, 4`);
}

/** How many rows each table has, and how many NULLs the defaults will replace. */
export async function findNulls(on: SqlRunner): Promise<{ rows: Record<string, number>; filled: Nulls[] }> {
  const rows: Record<string, number> = {};
  const filled: Nulls[] = [];
  for (const [table, columns] of Object.entries(NOT_NULL)) {
    const counts = columns.map((column) => `count(*) FILTER (WHERE ${column} IS NULL)::int AS ${column}`);
    const [counted = {}] = await on.query<Array<Record<string, number>>>(
      `SELECT count(*)::int AS all_rows, ${counts.join(', ')} FROM ${table}`,
    );
    rows[table] = counted['all_rows'] ?? 0;
    for (const column of columns) {
      const nulls = counted[column] ?? 0;
      if (nulls > 0) filled.push({ table, column, rows: nulls });
    }
  }
  return { rows, filled };
}

function replacementsFor(key: string, to: string): Array<Omit<Mapped, 'rows'>> {
  const ruled = [...CHECKS, ...CASE_INSENSITIVE.map((column) => ['users', column] as const)];
  const [, where = '', from = ''] = /^([^:]+):(.*)$/s.exec(key) ?? [];
  const found = ruled.filter(([table, column]) => where === column || where === `${table}.${column}`);
  if (found.length === 0) {
    throw new UnknownMapping(key, [...new Set(ruled.map(([table, column]) => `${table}.${column}`))]);
  }
  return found.map(([table, column]) => ({ table, column, from, to }));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
