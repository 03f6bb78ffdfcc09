import type { ClientBase } from 'pg';
import type { DataSource } from 'typeorm';
import { DatabaseIsNewer, migrationStatus, poolOf } from '@app/database';
import type { Config } from '../config/config';
import { blobStoreOf, type StorageSettings } from '../storage/storage.service';
import { version } from '../version';
import { attachedFiles, backUpBlobs, type BlobTarget } from './backup-blobs';
import { BackupUnreadable } from './backup.errors';
import { type Backup, finishBackup, listBackups } from './backup-files';
import { erasuresOf } from './erase-again';
import { addErasures } from './erasure-journal.service';
import { FORMAT, type Manifest } from './manifest';
import { type BackupPlace, nameAt, type UnfinishedBackup } from './place';
import type { OnProgress } from './progress';
import { type Seal, sealTo } from './sealing.service';
import { backUpSecrets } from './secrets';
import { exportTable, quoted, readSequences, readTables, type TableShape } from './tables';

export type { Backup } from './backup-files';

export interface BackupOptions {
  /** Who can decrypt it, `age1…`; nobody needs to unless told. */
  readonly recipients?: readonly string[];
  /** Takes the key along that signs access tokens: who reads the backup can then sign in as anybody. Default: if it is encrypted. */
  readonly withSecrets?: boolean | undefined;
  readonly onProgress?: OnProgress;
}

/** Where what is backed up lies. */
export type BackupSettings = Pick<Config, 'DATA_DIR' | 'JWT_SECRET'> & StorageSettings;

type Target = { readonly to: UnfinishedBackup; readonly seal: Seal | null };

/** Makes backups beside a running server, each of one moment. */
export class BackupService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: BackupSettings,
  ) {}

  /**
   * @param place made when it is missing
   * @throws DatabaseIsNewer, BackupLocked, BackupUnreadable when there is nothing to back up
   */
  async run(place: BackupPlace, options: BackupOptions = {}): Promise<Backup> {
    const { recipients = [], onProgress } = options;
    await this.refuseUnknownSchema();
    const seal = recipients.length > 0 ? await sealTo(recipients) : null;
    const now = new Date();
    const to = await place.begin(nameAt(now));
    const earlier = (await listBackups(place)).find(({ backup }) => backup !== null);
    const client = await poolOf(this.dataSource).connect();
    let broken = true;
    try {
      const database = await this.exportDatabase(client, { to, seal }, onProgress);
      const target = { to, seal, earlier: earlier?.backup ? earlier : undefined };
      const blobs = await this.copyFiles(database.files, target, onProgress);
      await client.query('COMMIT');
      broken = false;
      const included = options.withSecrets ?? seal !== null;
      const secrets = await backUpSecrets(to, this.config, { seal, included });
      const encryption = seal && { format: 'age' as const, recipients: [...seal.recipients] };
      const about = { format: FORMAT, version, time: now.toISOString(), encryption } as const;
      const backup = await finishBackup(to, { ...about, ...database.entries, ...blobs, secrets });
      await addErasures(place, await erasuresOf(client));
      return backup;
    } finally {
      // A connection that stopped in the middle of a COPY is of no further use.
      client.release(broken);
    }
  }

  /** What this version could not restore, it does not back up. */
  private async refuseUnknownSchema(): Promise<void> {
    const unknown = (await migrationStatus(this.dataSource)).find(({ known }) => !known);
    if (unknown) throw new DatabaseIsNewer(unknown.name);
  }

  private async exportDatabase(client: ClientBase, target: Target, onProgress?: OnProgress) {
    const ours = new Set(this.dataSource.entityMetadatas.map(({ tableName }) => tableName));
    const found = await readTables(client);
    const tables = found.filter(({ name }) => ours.has(name));
    const rest = found.map(({ name }) => name).filter((name) => !ours.has(name));
    if (tables.length === 0 || !rest.includes('migrations')) {
      throw new BackupUnreadable('There is nothing to back up: no migration has made the tables.');
    }
    await beginSnapshot(client, tables);
    const files = await attachedFiles(client);
    const entries = {
      postgres: await onlyText(client, `SELECT current_setting('server_version') AS text`),
      migrations: await migrationNames(client),
      tables: await exportTables(client, tables, target, onProgress),
      // After the rows: a sequence that goes on meanwhile is ahead of them, never behind.
      sequences: await readSequences(
        client,
        tables.map(({ name }) => name),
      ),
      leftOut: rest.filter((name) => name !== 'migrations'),
    };
    return { files, entries };
  }

  private copyFiles(
    files: Awaited<ReturnType<typeof attachedFiles>>,
    target: BlobTarget,
    onProgress?: OnProgress,
  ): Promise<Pick<Manifest, 'blobs' | 'faults'>> {
    const total = files.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
    let done = 0;
    const store = blobStoreOf(this.config);
    return backUpBlobs(files, store, target, (bytes) => onProgress?.('files', (done += bytes), total));
  }
}

/** Locked before the first look, so that no migration comes between the snapshot and a table's turn. */
async function beginSnapshot(client: ClientBase, tables: readonly TableShape[]): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // Values as every PostgreSQL reads them, and an error instead of rows that a policy hides.
  await client.query(
    `SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 3;
     SET LOCAL bytea_output = 'hex'; SET LOCAL row_security = off; SET LOCAL statement_timeout = 0;
     SET LOCAL idle_in_transaction_session_timeout = 0`,
  );
  await client.query(`LOCK TABLE ${tables.map(({ name }) => quoted(name)).join(', ')} IN ACCESS SHARE MODE`);
}

async function exportTables(
  client: ClientBase,
  tables: readonly TableShape[],
  { to, seal }: Target,
  onProgress?: OnProgress,
): Promise<Manifest['tables']> {
  const total = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const entries: Manifest['tables'] = [];
  let done = 0;
  for (const table of tables) {
    onProgress?.('tables', done, total);
    entries.push(await exportTable(client, table, to, seal));
    done += table.bytes;
  }
  onProgress?.('tables', done, total);
  return entries;
}

async function migrationNames(client: ClientBase): Promise<string[]> {
  const sql = 'SELECT name FROM migrations ORDER BY timestamp';
  return (await client.query<{ name: string }>(sql)).rows.map(({ name }) => name);
}

async function onlyText(client: ClientBase, sql: string): Promise<string> {
  return (await client.query<{ text: string }>(sql)).rows[0]?.text ?? '';
}
