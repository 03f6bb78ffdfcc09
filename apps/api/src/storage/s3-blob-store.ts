import { once } from 'node:events';
import { Readable } from 'node:stream';
import { StorageFull } from '../common/errors/common.errors';
import type { Measure } from '../common/files/durable-files';
import { BLOB_KEY, blobKey } from './blob-key';
import { Bucket, type S3Settings } from './bucket.service';
import { BucketUnusable } from './storage.errors';
import type { BlobStore, ListedBlob, OpenBlob, StoredBlob } from './blob-store';

const MIB = 1024 ** 2;
/** The least that S3 takes as a part, and the most parts of an object. */
const PART = { bytes: 5 * MIB, most: 10_000 };
/** Uploads have an hour in all; whatever began longer ago, in ms, has lost its process. */
const ABANDONED_MS = 2 * 3600_000;
/** Clients wait: what does not answer in this time, in ms, twice, is away. */
const PATIENCE = { answerMs: 10_000, attempts: 2 };

/** What servers of one's own say when their disks, or what a bucket may take, are full. */
const FULL = /StorageFull|QuotaExceeded|InsufficientStorage/;

export interface S3BlobSettings extends S3Settings {
  /** The most that a blob may have. */
  readonly largestBytes: number;
}

/** Blobs as objects below a prefix of a bucket, by the same keys as on a disk. An object is there whole or not at all. */
export class S3BlobStore implements BlobStore {
  readonly location: string;
  private readonly bucket: Bucket;

  /** @param url `s3://bucket/prefix` */
  constructor(url: URL, { largestBytes, ...settings }: S3BlobSettings) {
    const partBytes = Math.max(PART.bytes, Math.ceil(largestBytes / PART.most));
    // A part at a time: what an upload takes of memory is one part that is sent, and the next one being read.
    const pace = { partBytes, partsAtOnce: 1, ...PATIENCE };
    this.bucket = new Bucket(url, settings, pace);
    this.location = this.bucket.location;
  }

  async write(id: string, content: AsyncIterable<Buffer>): Promise<StoredBlob> {
    const key = blobKey(id);
    return { key, ...(await this.store(key, Readable.from(content, { objectMode: false }))) };
  }

  async put(key: string, content: Readable): Promise<void> {
    await this.store(key, content);
  }

  async open(key: string): Promise<OpenBlob | null> {
    if (!BLOB_KEY.test(key)) return null;
    const bytes = await this.bucket.size(key);
    if (bytes === null) return null;
    return {
      bytes,
      read: async (range) => {
        const content = await this.bucket.read(key, range);
        if (!content) throw new BucketUnusable(this.location, new Error(`${key} was removed just now`));
        return this.begun(content);
      },
    };
  }

  async remove(key: string): Promise<void> {
    if (BLOB_KEY.test(key)) await this.bucket.remove([key]);
  }

  list(): AsyncIterable<ListedBlob> {
    return this.bucket.objects();
  }

  check(): Promise<void> {
    return this.bucket.check();
  }

  sweep(now = Date.now()): Promise<void> {
    return this.bucket.abortUploads(now - ABANDONED_MS);
  }

  private async store(key: string, content: Readable): Promise<Measure> {
    try {
      return await this.bucket.upload(key, content);
    } catch (error) {
      if (error instanceof BucketUnusable && FULL.test(error.reason)) throw StorageFull.error();
      throw error;
    }
  }

  /** Once the first bytes are there: until then a failure can still be told. */
  private async begun(content: Readable): Promise<Readable> {
    try {
      await once(content, 'readable', { signal: AbortSignal.timeout(PATIENCE.answerMs) });
      return content;
    } catch (error) {
      content.on('error', () => undefined).destroy();
      throw new BucketUnusable(this.location, error as Error);
    }
  }
}
