import type { Readable } from 'node:stream';
import type { ByteRange } from '../content/byte-range';

/** Injection token of the `BlobStore`. */
export const BLOB_STORE = Symbol('BLOB_STORE');

export interface StoredBlob {
  /** Where it is: what the store takes to find it again. Never shown to clients. */
  readonly key: string;
  readonly bytes: number;
  /** SHA-256 of the content, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

export interface OpenBlob {
  readonly bytes: number;
  /** @param range what to read; all of it unless told */
  read(range?: ByteRange): Readable;
}

/** Keeps the bytes of files, and knows nothing else about them. */
export interface BlobStore {
  /**
   * Stores what `content` yields, whole and durably, or nothing: when `content` throws, so does this.
   * @param id a UUID that no other blob has
   */
  write(id: string, content: AsyncIterable<Buffer>): Promise<StoredBlob>;
  /** @returns null when there is no such blob */
  open(key: string): Promise<OpenBlob | null>;
  /** Removes a blob; one that is not there is no error. */
  remove(key: string): Promise<void>;
}
