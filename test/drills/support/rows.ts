import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { Scene } from '../framework/drill';

export type Row = Readonly<Record<string, unknown>>;
/** Rows by table. */
export type Tables = Readonly<Record<string, readonly Row[]>>;
/** Names of columns by table. */
export type Columns = Readonly<Record<string, readonly string[]>>;

/** The tables that outlive a server, but for what migrations note of themselves. */
export async function columnsOf(database: Client): Promise<Columns> {
  const { rows } = await database.query<{ table: string; columns: string[] }>(`
    SELECT relname AS table, array_agg(attname::text) AS columns
    FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relpersistence = 'p'
      AND relname <> 'migrations' GROUP BY 1`);
  return Object.fromEntries(rows.map(({ table, columns }) => [table, columns]));
}

export async function rowsOf(database: Client, columns: Columns): Promise<Tables> {
  const tables: Record<string, Row[]> = {};
  for (const table of Object.keys(columns)) {
    const { rows } = await database.query<{ row: Row }>(`SELECT to_jsonb(t) AS row FROM "${table}" t`);
    tables[table] = rows.map(({ row }) => row);
  }
  return only(tables, columns);
}

/** The rows with those columns alone. */
export function only(tables: Tables, columns: Columns): Tables {
  const picked = Object.entries(columns).map(
    ([table, names]) => [table, (tables[table] ?? []).map((row) => pick(row, names))] as const,
  );
  return Object.fromEntries(picked);
}

const pick = (row: Row, names: readonly string[]): Row =>
  Object.fromEntries(names.toSorted().map((name) => [name, row[name]]));

export const countRows = (tables: Tables): number =>
  Object.values(tables).reduce((sum, rows) => sum + rows.length, 0);

/** Every row of `before`, and no other, must be there now. */
export function mustEqual(scene: Scene, when: string, before: Tables, now: Tables): void {
  for (const [table, rows] of Object.entries(before)) {
    const texts = new Set((now[table] ?? []).map((row) => JSON.stringify(row)));
    const missing = rows.filter((row) => !texts.has(JSON.stringify(row)));
    const same = missing.length === 0 && now[table]?.length === rows.length;
    const found = { missing: missing.slice(0, 2), before: rows.length, now: now[table]?.length };
    scene.must(`${when}, ${table} is what it was`, same, found);
  }
}

/** The SHA-256 of every file below a folder, by its path there. */
export async function hashesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashes = files.map(async (path): Promise<[string, string]> => {
    const hash = createHash('sha256').update(await readFile(path));
    return [path.slice(folder.length + 1), hash.digest('hex')];
  });
  return new Map(await Promise.all(hashes));
}
