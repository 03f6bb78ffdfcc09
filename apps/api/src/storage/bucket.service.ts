import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type Measure, Measuring } from '../common/files/durable-files';
import { passing } from '../common/files/streams';
import type { ByteRange, ListedBlob } from './blob-store';
import { clientFor, type S3Pace, type S3Settings } from './s3-client';
import { BucketUnusable } from './storage.errors';

export type { S3Pace, S3Settings } from './s3-client';

/** What one request can copy or delete. */
export const LARGEST_COPY = 5 * 1024 ** 3;
const MOST_DELETED = 1000;
/** No key begins so. */
const NOTHING = '.none/';

/** Where a page of uploads begins. */
type UploadMarkers = Pick<ListMultipartUploadsCommandOutput, 'KeyMarker' | 'UploadIdMarker'>;

/** The objects below a prefix of a bucket; keys are without it. Whatever the server refuses or fails at is `BucketUnusable`. */
export class Bucket {
  /** A URL without a slash at its end, for people. */
  readonly location: string;
  private readonly client: S3Client;
  private readonly name: string;
  private readonly prefix: string;

  /** @param url `s3://bucket/prefix` */
  constructor(
    url: URL,
    settings: S3Settings,
    private readonly pace: S3Pace,
  ) {
    const folder = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '');
    this.name = url.host;
    this.prefix = folder === '' ? '' : `${folder}/`;
    this.location = `s3://${this.name}/${folder}`.replace(/\/$/, '');
    this.client = clientFor(settings, pace);
  }

  /** @returns null when there is no such object */
  async read(key: string, range?: ByteRange): Promise<Readable | null> {
    const Range = range && `bytes=${range.start}-${range.end}`;
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ ...this.at(key), Range }));
      return Body instanceof Readable ? Body : null;
    } catch (error) {
      return this.nullIfMissing(error);
    }
  }

  /** In bytes; null when there is no such object. */
  async size(key: string): Promise<number | null> {
    try {
      return (await this.client.send(new HeadObjectCommand(this.at(key)))).ContentLength ?? 0;
    } catch (error) {
      return this.nullIfMissing(error);
    }
  }

  /** Stores all of `content` or nothing: when it fails, this fails with the same, and no part of it is left. */
  async upload(key: string, content: Readable): Promise<Measure> {
    const { partBytes: partSize, partsAtOnce: queueSize } = this.pace;
    const measuring = passing(content, new Measuring());
    const params = { ...this.at(key), Body: measuring };
    try {
      await new Upload({ client: this.client, params, partSize, queueSize }).done();
      return measuring.result();
    } catch (error) {
      throw ownFailure(measuring) ?? this.unusable(error);
    }
  }

  async put(key: string, content: string): Promise<void> {
    await this.told(() => this.client.send(new PutObjectCommand({ ...this.at(key), Body: content })));
  }

  async copy(from: string, to: string): Promise<boolean> {
    const source = encodeURI(`${this.name}/${this.prefix}${from}`);
    try {
      await this.client.send(new CopyObjectCommand({ ...this.at(to), CopySource: source }));
      return true;
    } catch (error) {
      return this.nullIfMissing(error) ?? false;
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    const [only, ...more] = keys;
    // Every server knows how to remove one; of many at once some ask for a checksum of their own kind.
    if (only !== undefined && more.length === 0) {
      await this.told(() => this.client.send(new DeleteObjectCommand(this.at(only))));
      return;
    }
    for (let at = 0; at < keys.length; at += MOST_DELETED) {
      const Objects = keys.slice(at, at + MOST_DELETED).map((key) => ({ Key: this.prefix + key }));
      const command = new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects, Quiet: true } });
      const { Errors = [] } = await this.told(() => this.client.send(command));
      if (Errors[0]) throw new Error(`${Errors[0].Key} cannot be removed: ${Errors[0].Message}`);
    }
  }

  async list(below: string): Promise<ListedBlob[]> {
    const found: ListedBlob[] = [];
    for await (const object of this.objects(below)) found.push(object);
    return found;
  }

  async *objects(below = ''): AsyncGenerator<ListedBlob, void> {
    for await (const { Contents = [] } of this.pages({ Prefix: this.prefix + below })) {
      for (const { Key = '', Size = 0, LastModified } of Contents) {
        yield { key: Key.slice(this.prefix.length), bytes: Size, changed: LastModified?.getTime() ?? 0 };
      }
    }
  }

  async folders(): Promise<string[]> {
    const found: string[] = [];
    for await (const { CommonPrefixes = [] } of this.pages({ Prefix: this.prefix, Delimiter: '/' })) {
      found.push(...CommonPrefixes.map(({ Prefix = '' }) => Prefix.slice(this.prefix.length, -1)));
    }
    return found;
  }

  /** Whether it is there and lets itself be listed. Asked for is what nobody puts there, so the answer is short and cheap. */
  async check(): Promise<void> {
    const Prefix = `${this.prefix}${NOTHING}`;
    const command = new ListObjectsV2Command({ Bucket: this.name, Prefix, MaxKeys: 1 });
    await this.told(() => this.client.send(command));
  }

  /** Gives up uploads in parts that began before then, in ms since 1970, as killed processes leave them. A server that does not list them has none. */
  async abortUploads(before: number): Promise<void> {
    let from: UploadMarkers | undefined = {};
    while (from) {
      const page = await this.uploads(from);
      const old = (page?.Uploads ?? []).filter(({ Initiated }) => Initiated && Initiated.getTime() < before);
      for (const { Key, UploadId } of old) {
        const command = new AbortMultipartUploadCommand({ Bucket: this.name, Key, UploadId });
        await this.told(() => this.client.send(command));
      }
      const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page ?? {};
      from = page?.IsTruncated ? { KeyMarker, UploadIdMarker } : undefined;
    }
  }

  private uploads(from: UploadMarkers): Promise<ListMultipartUploadsCommandOutput | undefined> {
    const command = new ListMultipartUploadsCommand({ ...from, Bucket: this.name, Prefix: this.prefix });
    return this.told(() => this.client.send(command)).catch(noneIfNotListed);
  }

  private async *pages(which: { Prefix: string; Delimiter?: string }) {
    const pages = paginateListObjectsV2({ client: this.client }, { Bucket: this.name, ...which });
    for (;;) {
      const { done, value } = await this.told(() => pages.next());
      if (done) return;
      yield value;
    }
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.name, Key: this.prefix + key };
  }

  private async told<Answer>(send: () => Promise<Answer>): Promise<Answer> {
    try {
      return await send();
    } catch (error) {
      throw this.unusable(error);
    }
  }

  private nullIfMissing(error: unknown): null {
    const { name } = error as Error;
    if (name === 'NoSuchKey' || name === 'NotFound') return null;
    throw this.unusable(error);
  }

  private unusable(error: unknown): BucketUnusable {
    return new BucketUnusable(this.location, error as Error);
  }
}

/** What a stream says that nobody read to its end. */
const GIVEN_UP = /^(ABORT_ERR|ERR_STREAM_PREMATURE_CLOSE)$/;

/** What made it fail by itself, and not only because nobody read on. */
function ownFailure({ errored }: Measuring): Error | null {
  return GIVEN_UP.test((errored as NodeJS.ErrnoException | null)?.code ?? '') ? null : errored;
}

function noneIfNotListed(error: unknown): undefined {
  if (error instanceof BucketUnusable && error.reason === 'NotImplemented') return undefined;
  throw error;
}
