import { join } from 'node:path';
import type { ClientBase } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import {
  appliedMigrations,
  DatabaseNeedsAdoption,
  poolOf,
  refuseNewerDatabase,
  withMigrationLock,
} from '@app/database';
import type { Config } from '../config/config';
import { type BlobStore, blobStoreOf } from '../storage/storage.service';
import { restoreBlobs } from './backup-blobs';
import { BackupDamaged, RestoreRefused } from './backup.errors';
import { type Backup, contentReader, openBackup, type ReadContent } from './backup-files';
import { BackupService, type BackupSettings } from './backup.service';
import { checkFiles } from './check-files';
import { eraseAgain, erasuresOf } from './erase-again';
import { journalIn, ownJournal } from './erasure-journal.service';
import { FolderPlace } from './folder-place';
import { load, occupiedTables, ownTables } from './load';
import { backupAt, type PlaceSettings } from './places.service';
import type { BackupPlace } from './place';
import type { OnProgress } from './progress';
import { leapAhead, revokeCredentials, tellRestore } from './restored-state';
import { restoreSecrets, type SecretsOutcome } from './secrets';
import { quoted, readSequences } from './tables';

export interface RestoreOptions {
  /** Also into a target that holds something, which is backed up first. Default false. */
  readonly replace?: boolean;
  /** Leaves sessions, tokens and mails that wait as they were. Default false. */
  readonly keepSessions?: boolean;
  /** What decrypts it: `AGE-SECRET-KEY-1…`. */
  readonly identities?: readonly string[];
  readonly onProgress?: OnProgress;
}

export interface RestoreReport {
  readonly backup: Backup;
  /** What the target held before, encrypted to `BACKUP_RECIPIENTS`, if there are any; null when that was nothing. */
  readonly restorePoint: Backup | null;
  /** Those that came after the backup. */
  readonly migrations: string[];
  /** How many people were erased again, who had been after the backup. */
  readonly erased: number;
  readonly secrets: SecretsOutcome;
}

/** Puts a backup where this installation has its data. The database takes all of it or, whatever happens, nothing. */
export class RestoreService {
  private readonly blobs: BlobStore;

  constructor(
    private readonly dataSource: DataSource,
    private readonly config: BackupSettings & PlaceSettings & Pick<Config, 'BACKUP_RECIPIENTS'>,
  ) {
    this.blobs = blobStoreOf(config);
  }

  /**
   * @param location of one backup
   * @throws BackupUnreadable, BackupIsNewer, BackupLocked, BackupDamaged, RestoreRefused, DatabaseIsNewer, DatabaseNeedsAdoption
   */
  async run(location: string, options: RestoreOptions = {}): Promise<RestoreReport> {
    const { files, place } = backupAt(location, this.config);
    const backup = await openBackup(files);
    const read = await contentReader(backup, options.identities ?? []);
    const faults = await checkFiles(backup, options.onProgress);
    if (faults.length > 0) throw new BackupDamaged(faults);
    await refuseNewerDatabase(this.dataSource);
    const done = await withMigrationLock(this.dataSource, (queryRunner) =>
      this.replaceAll(queryRunner, { backup, read, beside: place }, options),
    );
    await removeReplacedFiles(this.blobs, done.restorePoint, backup);
    const secrets = await restoreSecrets(backup, read, this.config, options.replace ?? false);
    await this.analyze();
    return { backup, ...done, secrets };
  }

  private async replaceAll(
    queryRunner: QueryRunner,
    { backup, read, beside }: { backup: Backup; read: ReadContent; beside: BackupPlace },
    options: RestoreOptions,
  ) {
    const { dataSource, config } = this;
    const { onProgress, keepSessions = false } = options;
    const client = (await queryRunner.connect()) as ClientBase;
    await this.refuseCompany(client);
    await queryRunner.startTransaction();
    try {
      const restorePoint = await this.clear(queryRunner, client, options);
      const erasures = [
        ...(await erasuresOf(client)),
        ...(await ownJournal(config.DATA_DIR)),
        ...(await journalIn(beside)),
      ];
      const before = await readSequences(client, await ownTables(client, dataSource));
      await this.restoreFiles(backup, read, onProgress);
      const migrations = await load({ dataSource, queryRunner, client, read, onProgress }, backup);
      const erased = await eraseAgain(client, erasures);
      await leapAhead(client, before, backup.manifest);
      if (!keepSessions) await revokeCredentials(client);
      await tellRestore(client, backup.manifest);
      await queryRunner.commitTransaction();
      return { restorePoint, migrations, erased };
    } catch (error) {
      await queryRunner.rollbackTransaction();
      throw error;
    }
  }

  /** A server that goes on would mix what it knows with what is restored. */
  private async refuseCompany(client: ClientBase): Promise<void> {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND usesysid IS NOT NULL`,
    );
    const others = (rows[0]?.count ?? 0) - poolOf(this.dataSource).totalCount;
    if (others > 0) {
      throw new RestoreRefused(
        `The database is in use (connections: ${others}). Stop the server, and whatever else is connected, first.`,
      );
    }
  }

  /** Sees to it that nothing is lost: nobody writes from here on, and what there is is backed up. */
  private async clear(
    queryRunner: QueryRunner,
    client: ClientBase,
    { replace = false, onProgress }: RestoreOptions,
  ): Promise<Backup | null> {
    const tables = await ownTables(client, this.dataSource);
    if (tables.length === 0) return null;
    const applied = await appliedMigrations(this.dataSource, queryRunner);
    if (applied.length === 0) throw new DatabaseNeedsAdoption(tables);
    await client.query(`LOCK TABLE ${tables.map(quoted).join(', ')} IN EXCLUSIVE MODE`);
    const occupied = await occupiedTables(client, this.dataSource);
    if (occupied.length === 0) return null;
    if (!replace) {
      throw new RestoreRefused(
        `The target is not empty (${occupied.join(', ')}). --replace backs it up and restores over it.`,
      );
    }
    const place = new FolderPlace(join(this.config.DATA_DIR, 'restore-points'));
    const recipients = this.config.BACKUP_RECIPIENTS;
    return new BackupService(this.dataSource, this.config).run(place, { recipients, onProgress });
  }

  private restoreFiles(backup: Backup, read: ReadContent, onProgress?: OnProgress): Promise<void> {
    const { blobs } = backup.manifest;
    const total = blobs.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    const tell = (bytes: number) => onProgress?.('files', (done += bytes), total);
    return restoreBlobs(backup, read, this.blobs, tell);
  }

  /** Without statistics the first queries would be planned blindly. */
  private async analyze(): Promise<void> {
    const client = await poolOf(this.dataSource).connect();
    try {
      const tables = await ownTables(client, this.dataSource);
      await client.query(`VACUUM (ANALYZE) ${tables.map(quoted).join(', ')}`);
    } finally {
      client.release();
    }
  }
}

/** Files of the rows that were replaced; the restore point has them. */
async function removeReplacedFiles(
  blobs: BlobStore,
  restorePoint: Backup | null,
  backup: Backup,
): Promise<void> {
  const restored = new Set(backup.manifest.blobs.map(({ key }) => key));
  for (const { key } of restorePoint?.manifest.blobs ?? []) {
    if (!restored.has(key)) await blobs.remove(key);
  }
}
