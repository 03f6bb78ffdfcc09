import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { ClientBase } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { type ReadContent, tableFile } from './backup-files';
import type { Manifest, SequenceEntry, TableEntry } from './manifest';
import type { UnfinishedBackup } from './place';
import type { Seal } from './sealing.service';
import { passing } from '../common/files/streams';

/** Quick, and about as small as gzip at its best. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

export interface TableShape {
  readonly name: string;
  /** Those that are written; generated ones follow from them. */
  readonly columns: string[];
  /** On the disk, for progress. */
  readonly bytes: number;
}

const TABLES = `
  SELECT c.relname AS name, pg_table_size(c.oid)::float8 AS bytes,
         array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  GROUP BY c.oid ORDER BY c.relname`;

/** The tables of the first schema in the search path, by name; but for unlogged ones, which hold for one server alone. */
export async function readTables(client: ClientBase): Promise<TableShape[]> {
  return (await client.query<TableShape>(TABLES)).rows;
}

const SEQUENCES = `
  SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'S'
    AND NOT EXISTS (SELECT FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid
                    WHERE d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
                      AND t.relname <> ALL ($1::text[]))
  ORDER BY c.relname`;

/** Where the sequences stand that belong to one of `tables` or to none: in a snapshot too, now. */
export async function readSequences(client: ClientBase, tables: readonly string[]): Promise<SequenceEntry[]> {
  const { rows } = await client.query<{ name: string }>(SEQUENCES, [tables]);
  const sequences: SequenceEntry[] = [];
  for (const { name } of rows) {
    const found = await client.query<Omit<SequenceEntry, 'name'>>(
      `SELECT last_value::text AS value, is_called AS called FROM ${quoted(name)}`,
    );
    sequences.push(...found.rows.map((row) => ({ name, ...row })));
  }
  return sequences;
}

/** Writes one table's rows into a backup. */
export async function exportTable(
  client: ClientBase,
  { name, columns }: TableShape,
  to: UnfinishedBackup,
  seal: Seal | null,
): Promise<TableEntry> {
  const rows = client.query(copyTo(`COPY ${quoted(name)} (${columns.map(quoted).join(', ')}) TO STDOUT`));
  const compressed = passing(rows, createZstdCompress(COMPRESSION));
  const content = seal ? await seal.encrypt(compressed) : compressed;
  const measure = await to.write(tableFile(name, { encryption: seal }), content);
  // The count comes after the rows; what is asked next is answered after it.
  await client.query('SELECT');
  return { name, columns, rows: rows.rowCount, ...measure };
}

/** Brings one table's rows in. @returns how many there were */
export async function importTable(
  client: ClientBase,
  { name, columns }: TableEntry,
  manifest: Manifest,
  read: ReadContent,
): Promise<number> {
  const content = await read(tableFile(name, manifest));
  const rows = client.query(copyFrom(`COPY ${quoted(name)} (${columns.map(quoted).join(', ')}) FROM STDIN`));
  await pipeline(content, createZstdDecompress(), rows);
  return rows.rowCount;
}

export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
