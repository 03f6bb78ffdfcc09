import { dirname } from 'node:path';
import type { Config } from '../config/config';
import { BackupUnreadable } from './backup.errors';
import { FolderFiles, FolderPlace } from './folder-place';
import type { BackupFiles, BackupPlace } from './place';

export type PlaceSettings = Pick<
  Config,
  'BACKUP_S3_ENDPOINT' | 'BACKUP_S3_REGION' | 'BACKUP_S3_ACCESS_KEY_ID' | 'BACKUP_S3_SECRET_ACCESS_KEY'
>;

const S3 = 's3://';

/** @param location a folder, or `s3://bucket/prefix`. The code for the latter is loaded where it is needed. */
export function placeAt(location: string, config: PlaceSettings): BackupPlace {
  if (!location.startsWith(S3)) return new FolderPlace(location);
  const { S3Place } = s3Module();
  return new S3Place(urlOf(location), {
    endpoint: config.BACKUP_S3_ENDPOINT,
    region: config.BACKUP_S3_REGION,
    accessKeyId: config.BACKUP_S3_ACCESS_KEY_ID,
    secretAccessKey: config.BACKUP_S3_SECRET_ACCESS_KEY,
  });
}

/** One backup, with the place beside it. @param location its folder, or `s3://bucket/prefix/name` */
export function backupAt(
  location: string,
  config: PlaceSettings,
): { files: BackupFiles; place: BackupPlace } {
  if (!location.startsWith(S3)) {
    const files = new FolderFiles(location);
    return { files, place: new FolderPlace(dirname(files.location)) };
  }
  const [, above, name] = /^(s3:\/\/.+)\/([^/]+)\/?$/.exec(location) ?? [];
  if (above === undefined || name === undefined) throw new BackupUnreadable(`${location} is no backup.`);
  const place = placeAt(above, config);
  return { files: place.open(name), place };
}

/** As CommonJS has it, since `import()` would have to name a file that only the build makes. */
function s3Module(): typeof import('./s3-place') {
  return require('./s3-place') as typeof import('./s3-place');
}

function urlOf(location: string): URL {
  const url = URL.parse(location);
  if (url === null || url.host === '') throw new BackupUnreadable(`${location} is no s3://bucket/prefix.`);
  return url;
}
