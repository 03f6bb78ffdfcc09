import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { BackupUnreadable } from './backup.errors';
import { measure, type Measure, Measuring } from './durable-files';
import { passing } from './streams';

/** What a multipart upload sends at once; up to 10,000 such parts make a file of up to 156 GiB. */
const PART_BYTES = 16 * 1024 ** 2;
/** What one request can copy or delete. */
export const LARGEST_COPY = 5 * 1024 ** 3;
const MOST_DELETED = 1000;

/** How a bucket is reached; what is not set comes from where the AWS SDK looks: environment, profile, the machine's role. */
export interface S3Settings {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly accessKeyId: string | undefined;
  readonly secretAccessKey: string | undefined;
}

/** The objects below a prefix of a bucket; keys are without it. */
export class Bucket {
  readonly location: string;
  private readonly client: S3Client;

  constructor(
    private readonly name: string,
    private readonly prefix: string,
    { endpoint, region, accessKeyId, secretAccessKey }: S3Settings,
  ) {
    this.location = `s3://${name}/${prefix}`;
    this.client = new S3Client({
      ...(region === undefined ? {} : { region }),
      // Servers of one's own seldom have a name for each bucket, or know the SDK's newer checksums: ours are SHA-256.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
      ...(accessKeyId === undefined || secretAccessKey === undefined
        ? {}
        : { credentials: { accessKeyId, secretAccessKey } }),
    });
  }

  async read(key: string): Promise<Readable | null> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand(this.at(key)));
      return Body instanceof Readable ? Body : null;
    } catch (error) {
      return this.nullIfMissing(error);
    }
  }

  async measure(key: string): Promise<Measure | null> {
    const content = await this.read(key);
    if (!content) return null;
    return measure(content);
  }

  /** In bytes; null when there is no such object. */
  async size(key: string): Promise<number | null> {
    try {
      return (await this.client.send(new HeadObjectCommand(this.at(key)))).ContentLength ?? 0;
    } catch (error) {
      return this.nullIfMissing(error);
    }
  }

  async upload(key: string, content: Readable): Promise<Measure> {
    const measuring = passing(content, new Measuring());
    const params = { ...this.at(key), Body: measuring };
    await new Upload({ client: this.client, params, partSize: PART_BYTES, queueSize: 2 }).done();
    return measuring.result();
  }

  async put(key: string, content: string): Promise<void> {
    await this.client.send(new PutObjectCommand({ ...this.at(key), Body: content }));
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
    for (let at = 0; at < keys.length; at += MOST_DELETED) {
      const Objects = keys.slice(at, at + MOST_DELETED).map((key) => ({ Key: this.prefix + key }));
      const { Errors = [] } = await this.client.send(
        new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects, Quiet: true } }),
      );
      if (Errors[0]) throw new Error(`${Errors[0].Key} cannot be removed: ${Errors[0].Message}`);
    }
  }

  async list(below: string): Promise<{ key: string; changed: number }[]> {
    const found: { key: string; changed: number }[] = [];
    const input = { Bucket: this.name, Prefix: this.prefix + below };
    for await (const page of paginateListObjectsV2({ client: this.client }, input)) {
      for (const { Key = '', LastModified } of page.Contents ?? []) {
        found.push({ key: Key.slice(this.prefix.length), changed: LastModified?.getTime() ?? 0 });
      }
    }
    return found;
  }

  /** @throws BackupUnreadable when there is no such bucket, or no access to it */
  async folders(): Promise<string[]> {
    const input = { Bucket: this.name, Prefix: this.prefix, Delimiter: '/' };
    const found: string[] = [];
    try {
      for await (const page of paginateListObjectsV2({ client: this.client }, input)) {
        found.push(
          ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix.slice(this.prefix.length, -1)),
        );
      }
      return found;
    } catch (error) {
      const { name, message } = error as Error;
      throw new BackupUnreadable(`${this.location} cannot be read: ${name}: ${message}`);
    }
  }

  private at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.name, Key: this.prefix + key };
  }

  private nullIfMissing(error: unknown): null {
    const { name, message } = error as Error;
    if (name === 'NoSuchKey' || name === 'NotFound') return null;
    throw new BackupUnreadable(`${this.location} cannot be used: ${name}: ${message}`);
  }
}
