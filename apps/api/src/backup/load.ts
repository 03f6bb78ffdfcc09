import type { ClientBase } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { applyPending } from '@app/database';
import { BackupDamaged } from './backup.errors';
import type { Backup, ReadContent } from './backup-files';
import type { Manifest } from './manifest';
import { migrateExactly } from './migrate-exactly';
import type { OnProgress } from './progress';
import { importTable, quoted, readTables } from './tables';

export interface LoadOptions {
  readonly dataSource: DataSource;
  /** Its transaction is open, and takes all of it or nothing. */
  readonly queryRunner: QueryRunner;
  /** Its connection. */
  readonly client: ClientBase;
  readonly read: ReadContent;
  readonly onProgress?: OnProgress;
}

/**
 * Replaces whatever is in our tables by a backup's rows, in the schema that they had, and then runs the migrations that came
 * later. Needs no right that the tables' owner does not have: foreign keys are taken off and made again, which checks them.
 * @returns the migrations that came later
 * @throws BackupDamaged, BackupIsNewer, RestoreRefused
 */
export async function load(options: LoadOptions, { manifest }: Backup): Promise<string[]> {
  const { dataSource, queryRunner, client } = options;
  await emptyTables(client, dataSource);
  await migrateExactly(dataSource, queryRunner, manifest.migrations);
  await emptyTables(client, dataSource);
  await refuseMissingColumns(client, manifest);
  const foreignKeys = await takeOffForeignKeys(client);
  await eachTable(client, manifest, 'DISABLE TRIGGER USER');
  await importTables(options, manifest);
  await eachTable(client, manifest, 'ENABLE TRIGGER USER');
  await putBack(client, foreignKeys);
  for (const { name, value, called } of manifest.sequences) {
    await client.query(`SELECT setval($1::regclass, $2::bigint, $3)`, [quoted(name), value, called]);
  }
  await compareCounts(client, manifest);
  return applyPending(dataSource, queryRunner);
}

/** The tables of this version that there are. */
export async function ownTables(client: ClientBase, dataSource: DataSource): Promise<string[]> {
  const ours = new Set(dataSource.entityMetadatas.map(({ tableName }) => tableName));
  return (await readTables(client)).map(({ name }) => name).filter((name) => ours.has(name));
}

/** What makes a server that was started once, and never used, seem in use. */
const BELONGS_TO_NOBODY = [
  'event_epochs',
  'installation_state',
  'one_time_tokens',
  'rate_limits',
  'scheduled_jobs',
];

/** Our tables that hold something. */
export async function occupiedTables(client: ClientBase, dataSource: DataSource): Promise<string[]> {
  const occupied: string[] = [];
  for (const name of await ownTables(client, dataSource)) {
    if (BELONGS_TO_NOBODY.includes(name)) continue;
    const { rows } = await client.query(`SELECT FROM ${quoted(name)} LIMIT 1`);
    if (rows.length > 0) occupied.push(name);
  }
  return occupied;
}

async function emptyTables(client: ClientBase, dataSource: DataSource): Promise<void> {
  const tables = await ownTables(client, dataSource);
  if (tables.length > 0) await client.query(`TRUNCATE ${tables.map(quoted).join(', ')}`);
}

async function refuseMissingColumns(client: ClientBase, { tables }: Manifest): Promise<void> {
  const found = new Map((await readTables(client)).map(({ name, columns }) => [name, columns]));
  const faults = tables.flatMap(({ name, columns }) =>
    columns
      .filter((column) => !found.get(name)?.includes(column))
      .map((column) => `${name}.${column}: unknown`),
  );
  if (faults.length > 0) throw new BackupDamaged(faults);
}

type ForeignKey = { table: string; name: string; definition: string };

async function takeOffForeignKeys(client: ClientBase): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(`
    SELECT c.relname AS table, k.conname AS name, pg_get_constraintdef(k.oid) AS definition
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace AND k.conparentid = 0 ORDER BY k.oid`);
  for (const { table, name } of rows) {
    await client.query(`ALTER TABLE ${quoted(table)} DROP CONSTRAINT ${quoted(name)}`);
  }
  return rows;
}

async function putBack(client: ClientBase, foreignKeys: readonly ForeignKey[]): Promise<void> {
  for (const { table, name, definition } of foreignKeys) {
    await client.query(`ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${quoted(name)} ${definition}`);
  }
}

async function eachTable(client: ClientBase, { tables }: Manifest, change: string): Promise<void> {
  for (const { name } of tables) await client.query(`ALTER TABLE ${quoted(name)} ${change}`);
}

async function importTables({ client, read, onProgress }: LoadOptions, manifest: Manifest): Promise<void> {
  const { tables } = manifest;
  const total = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const table of tables) {
    onProgress?.('tables', done, total);
    await importTable(client, table, manifest, read);
    done += table.bytes;
  }
  onProgress?.('tables', done, total);
}

async function compareCounts(client: ClientBase, { tables }: Manifest): Promise<void> {
  const faults: string[] = [];
  for (const { name, rows } of tables) {
    const sql = `SELECT count(*)::float8 AS rows FROM ${quoted(name)}`;
    const found = (await client.query<{ rows: number }>(sql)).rows[0]?.rows;
    if (found !== rows) faults.push(`${name}: ${found} rows, not ${rows}`);
  }
  if (faults.length > 0) throw new BackupDamaged(faults);
}
