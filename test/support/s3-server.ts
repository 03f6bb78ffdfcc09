import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import S3rver from '@20minutes/s3rver';

/** A server that speaks S3's protocol, with one empty bucket. It signs lists in another way than the SDK: it knows keys by their ids. */
export class S3Server {
  readonly bucket = 'backups';

  private readonly client: S3Client;

  private constructor(
    private readonly server: S3rver,
    private readonly folder: string,
    readonly endpoint: string,
  ) {
    const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
    this.client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  }

  static async start(): Promise<S3Server> {
    const folder = await mkdtemp(join(tmpdir(), 'fuse-s3-'));
    const options = {
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: folder,
      allowMismatchedSignatures: true,
    };
    const server = new S3rver({ ...options, configureBuckets: [{ name: 'backups', configs: [] }] });
    const { port } = (await server.run()) as AddressInfo;
    return new S3Server(server, folder, `http://127.0.0.1:${port}`);
  }

  /** What a process needs to reach it. */
  get settings(): Record<string, string> {
    return {
      BACKUP_S3_ENDPOINT: this.endpoint,
      BACKUP_S3_ACCESS_KEY_ID: 'S3RVER',
      BACKUP_S3_SECRET_ACCESS_KEY: 'S3RVER',
    };
  }

  async write(key: string, content: string): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: content }));
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
