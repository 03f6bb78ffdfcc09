import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config';
import type { BlobStore } from './blob-store';
import { DiskBlobStore } from './disk-blob-store';

export { BLOB_KEY } from './blob-key';
export { BLOB_STORE, type BlobStore, type ByteRange, type OpenBlob, type StoredBlob } from './blob-store';

export type StorageSettings = Pick<
  Config,
  | 'DATA_DIR'
  | 'STORAGE_URL'
  | 'STORAGE_S3_ENDPOINT'
  | 'STORAGE_S3_REGION'
  | 'STORAGE_S3_ACCESS_KEY_ID'
  | 'STORAGE_S3_SECRET_ACCESS_KEY'
  | 'ATTACHMENT_MAX_BYTES'
>;

/** Where `STORAGE_URL` leads: a folder, `DATA_DIR/blobs` unless told, or a bucket. The code for the latter is loaded where it is needed. */
export function blobStoreOf(config: StorageSettings): BlobStore {
  const { STORAGE_URL, DATA_DIR } = config;
  if (STORAGE_URL === undefined) return new DiskBlobStore(join(DATA_DIR, 'blobs'));
  const url = new URL(STORAGE_URL);
  if (url.protocol === 'file:') return new DiskBlobStore(fileURLToPath(url));
  const { S3BlobStore } = s3Module();
  return new S3BlobStore(url, {
    endpoint: config.STORAGE_S3_ENDPOINT,
    region: config.STORAGE_S3_REGION,
    accessKeyId: config.STORAGE_S3_ACCESS_KEY_ID,
    secretAccessKey: config.STORAGE_S3_SECRET_ACCESS_KEY,
    largestBytes: config.ATTACHMENT_MAX_BYTES,
  });
}

/** As CommonJS has it, since `import()` would have to name a file that only the build makes. */
function s3Module(): typeof import('./s3-blob-store') {
  return require('./s3-blob-store') as typeof import('./s3-blob-store');
}
