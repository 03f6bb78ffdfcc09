import type { ClientBase } from 'pg';
import type { DataSource } from 'typeorm';
import { withMigrationLock } from '@app/database';
import { isDatabaseError } from '../common/errors/database-problem';
import { version } from '../version';
import { attachedFiles, type AttachedFile } from './backup-blobs';
import { BackupDamaged, RestoreRefused } from './backup.errors';
import { type Backup, contentReader, noteVerification, openBackup, type Verification } from './backup-files';
import { checkFiles } from './check-files';
import { load, type LoadOptions, occupiedTables } from './load';
import { contentOf, type Manifest } from './manifest';
import type { BackupFiles } from './place';
import type { OnProgress } from './progress';

/** Opens an empty database for as long as `work` takes. */
export type OpenScratch = (work: (dataSource: DataSource) => Promise<void>) => Promise<void>;

/** Finds out whether a backup can be restored, by restoring it. */
export class VerificationService {
  constructor(private readonly openScratch: OpenScratch) {}

  /**
   * Notes beside the backup's files how it went.
   * @param identities what decrypts it: `AGE-SECRET-KEY-1…`
   * @throws BackupUnreadable, BackupIsNewer, BackupLocked, BackupDamaged; RestoreRefused when the scratch database is not empty
   */
  async run(files: BackupFiles, identities: readonly string[], onProgress?: OnProgress): Promise<Backup> {
    const backup = await openBackup(files);
    const read = await contentReader(backup, identities);
    try {
      const faults = await checkFiles(backup, onProgress);
      if (faults.length > 0) throw new BackupDamaged(faults);
      await this.openScratch((dataSource) => rehearse(dataSource, backup, { read, onProgress }));
    } catch (error) {
      if (error instanceof BackupDamaged) await noteVerification(backup, null);
      throw error;
    }
    const verified = describe(backup);
    await noteVerification(backup, verified);
    return { ...backup, verified };
  }
}

function describe({ manifest, manifestHash }: Backup): Verification {
  return {
    ...{ time: new Date().toISOString(), version },
    ...{ rows: rowsOf(manifest), blobs: manifest.blobs.length, manifest: manifestHash },
  };
}

export function rowsOf({ tables }: Manifest): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}

/** Restores into the scratch database, looks around there, and takes it all back. */
function rehearse(
  dataSource: DataSource,
  backup: Backup,
  means: Pick<LoadOptions, 'read' | 'onProgress'>,
): Promise<void> {
  return withMigrationLock(dataSource, async (queryRunner) => {
    const client = (await queryRunner.connect()) as ClientBase;
    await queryRunner.startTransaction();
    try {
      if ((await occupiedTables(client, dataSource)).length > 0) {
        throw new RestoreRefused('The scratch database is not empty.');
      }
      await loadOrTell({ dataSource, queryRunner, client, ...means }, backup);
      const faults = [...(await uncheckedKeys(client)), ...compareFiles(await attachedFiles(client), backup)];
      if (faults.length > 0) throw new BackupDamaged(faults);
    } finally {
      await queryRunner.rollbackTransaction();
    }
  });
}

async function loadOrTell(options: LoadOptions, backup: Backup): Promise<void> {
  try {
    await load(options, backup);
  } catch (error) {
    // Rows that a constraint or a type refuses; anything else is the scratch server's trouble.
    if (isDatabaseError(error) && /^2[23]/.test(error.code)) throw new BackupDamaged([error.message]);
    throw error;
  }
}

async function uncheckedKeys(client: ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND NOT convalidated`,
  );
  return rows.map(({ name }) => `constraint ${name}: not validated`);
}

/** Every attachment has its file, every file its attachment. */
function compareFiles(attached: readonly AttachedFile[], { manifest }: Backup): string[] {
  const blobs = new Map(manifest.blobs.map((blob) => [blob.key, blob]));
  const known = new Set(manifest.faults.map(({ attachment }) => attachment));
  const keys = new Set(attached.map(({ key }) => key));
  const wrong = attached.filter(({ id, key, sha256, bytes }) => {
    const blob = blobs.get(key);
    const content = blob && contentOf(blob);
    const same =
      content && (sha256 ?? content.sha256) === content.sha256 && (bytes ?? content.bytes) === content.bytes;
    return !same && !known.has(id);
  });
  return [
    ...wrong.map(
      ({ id, key }) => `attachment ${id}: ${blobs.has(key) ? 'another file than its own' : 'no file'}`,
    ),
    ...[...blobs.keys()]
      .filter((key) => !keys.has(key))
      .map((key) => `blobs/${key}: belongs to no attachment`),
  ];
}
