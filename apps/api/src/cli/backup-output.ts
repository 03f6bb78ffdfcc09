import type { Backup } from '../backup/backup.service';
import { rowsOf } from '../backup/verification.service';
import { counted } from './io';

type Manifest = Backup['manifest'];

export const BACKUP_LABELS = { tables: 'Tables  ', files: 'Files   ', checking: 'Checking' };

const MEGA = 1_000_000;

/** Where a backup is and what it holds. */
export function backupLines(path: string, manifest: Manifest): string[] {
  const content = `${counted(rowsOf(manifest), 'row')}, ${counted(manifest.blobs.length, 'file')}`;
  return [`Backed up ${content}, ${sizeOf(manifest)}:`, path];
}

export function keysLine({ secrets, encryption }: Manifest): string {
  if (secrets.included.length > 0) {
    return encryption === null
      ? 'It holds the signing key, not encrypted: keep it as safe as that.'
      : 'It holds the signing key, encrypted.';
  }
  return 'It does not hold the signing key (jwt-secret): where it is restored, everybody signs in anew.';
}

/** The size of tables and files, in megabytes. */
export function sizeOf({ tables, blobs }: Manifest): string {
  const bytes = [...tables, ...blobs].reduce((sum, entry) => sum + entry.bytes, 0);
  return `${(bytes / MEGA).toFixed(1)} MB`;
}
