import type { Readable } from 'node:stream';

/** Injection token of the `BlobStore`. */
export const BLOB_STORE = Symbol('BLOB_STORE');

export interface StoredBlob {
  /** Where it is: what the store takes to find it again. Never shown to clients. */
  readonly key: string;
  readonly bytes: number;
  /** SHA-256 of the content, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Both ends included, as `Content-Range` writes them. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface OpenBlob {
  readonly bytes: number;
  /** @param range what to read; all of it unless told */
  read(range?: ByteRange): Promise<Readable>;
}

export interface ListedBlob {
  readonly key: string;
  readonly bytes: number;
  /** When it was written, in ms since 1970. */
  readonly changed: number;
}

/** Keeps the bytes of files, and knows nothing else about them. Each method throws `Unreachable` when the store is away. */
export interface BlobStore {
  /** A path or a URL, for people. */
  readonly location: string;
  /**
   * Stores what `content` yields, whole and durably, or nothing: when `content` throws, so does this.
   * @param id a UUID that no other blob has
   */
  write(id: string, content: AsyncIterable<Buffer>): Promise<StoredBlob>;
  /** Puts a blob back where it was; when `content` throws, so does this, and what was there stays. */
  put(key: string, content: Readable): Promise<void>;
  /** @returns null when there is no such blob */
  open(key: string): Promise<OpenBlob | null>;
  /** Removes a blob; one that is not there is no error. */
  remove(key: string): Promise<void>;
  /** Whole ones, and whatever else lies there by mistake, in no order that means anything. */
  list(): AsyncIterable<ListedBlob>;
  /** Whether it can be used now. */
  check(): Promise<void>;
  /** Removes what killed processes left of uploads; other processes may be receiving theirs. */
  sweep(): Promise<void>;
}
