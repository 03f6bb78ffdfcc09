import { mkdtemp, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import S3rver from '@20minutes/s3rver';

const BUCKET = 'backups';

/**
 * A server that speaks S3's protocol, with one empty bucket. It signs lists in another way than the SDK: it knows keys by their
 * ids. What s3rver lacks, listing uploads in parts and giving them up, is added here.
 */
export class S3Server {
  readonly bucket = BUCKET;
  /** `METHOD path?query` of each request so far. */
  readonly requests: string[] = [];
  /**
   * `silent`: it takes requests and does not answer them; `failing`: it answers 500 to all of them; `full`: it stores nothing
   * more; `cutting`: it breaks connections off after the headers of an object.
   */
  health: 'up' | 'silent' | 'failing' | 'full' | 'cutting' = 'up';

  private readonly client: S3Client;
  private readonly uploads: string;

  private constructor(
    private readonly server: S3rver,
    private readonly folder: string,
    readonly endpoint: string,
  ) {
    const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
    this.client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
    this.uploads = join(folder, BUCKET, '._S3rver_uploads');
    const serve = server.callback();
    server.httpServer.removeAllListeners('request');
    server.httpServer.on('request', (request, response) => this.answer(request, response, serve));
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
    const server = new S3rver({ ...options, configureBuckets: [{ name: BUCKET, configs: [] }] });
    const { port } = (await server.run()) as AddressInfo;
    return new S3Server(server, folder, `http://127.0.0.1:${port}`);
  }

  /** What a process needs to reach it for backups. */
  get settings(): Record<string, string> {
    return this.settingsOf('BACKUP');
  }

  /** What a process needs to keep files of attachments here. */
  get storage(): Record<string, string> {
    return { STORAGE_URL: `s3://${BUCKET}/files`, ...this.settingsOf('STORAGE') };
  }

  async write(key: string, content: string): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: content }));
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
  }

  /** The keys of all objects. */
  async keys(): Promise<string[]> {
    const found: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client: this.client },
      { Bucket: BUCKET },
    )) {
      found.push(...Contents.map(({ Key = '' }) => Key));
    }
    return found;
  }

  /** Begins an upload in parts, and leaves it. @param began in ms since 1970 */
  async leaveUpload(key: string, began: number): Promise<void> {
    const { UploadId = '' } = await this.client.send(
      new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: key }),
    );
    await utimes(join(this.uploads, UploadId, 'key'), new Date(began), new Date(began));
  }

  /** The keys of uploads in parts that are neither finished nor given up. */
  async unfinished(): Promise<string[]> {
    return (await this.listUploads()).map(({ key }) => key).toSorted();
  }

  async stop(): Promise<void> {
    this.client.destroy();
    this.server.httpServer.closeAllConnections();
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private settingsOf(what: 'BACKUP' | 'STORAGE'): Record<string, string> {
    return {
      [`${what}_S3_ENDPOINT`]: this.endpoint,
      [`${what}_S3_ACCESS_KEY_ID`]: 'S3RVER',
      [`${what}_S3_SECRET_ACCESS_KEY`]: 'S3RVER',
    };
  }

  private answer(request: IncomingMessage, response: ServerResponse, serve: RequestListener): void {
    const { method = '', url = '' } = request;
    this.requests.push(`${method} ${url}`);
    const query = new URL(url, this.endpoint).searchParams;
    const uploadId = query.get('uploadId');
    if (this.health === 'silent') return;
    if (this.health === 'failing') {
      request.resume().on('end', () => response.writeHead(500).end());
    } else if (this.health === 'full' && method === 'PUT') {
      const told =
        '<?xml version="1.0"?><Error><Code>XMinioStorageFull</Code><Message>full</Message></Error>';
      request
        .resume()
        .on('end', () => response.writeHead(507, { 'Content-Type': 'application/xml' }).end(told));
    } else if (this.health === 'cutting' && method === 'GET') {
      response.writeHead(200, { 'Content-Length': '5' }).flushHeaders();
      setImmediate(() => response.destroy());
    } else if (method === 'DELETE' && uploadId !== null) {
      void rm(join(this.uploads, uploadId), { recursive: true }).then(() => response.writeHead(204).end());
    } else if (method === 'GET' && query.has('uploads')) {
      const prefix = query.get('prefix') ?? '';
      void this.listUploads().then((all) =>
        response.end(uploadsPage(all.filter(({ key }) => key.startsWith(prefix)))),
      );
    } else serve(request, response);
  }

  private async listUploads(): Promise<Array<{ id: string; key: string; began: Date }>> {
    const ids = await readdir(this.uploads).catch(() => []);
    const found = ids.map(async (id) => {
      const path = join(this.uploads, id, 'key');
      return { id, key: await readFile(path, 'utf8'), began: (await stat(path)).mtime };
    });
    // One that comes or goes meanwhile is not listed.
    const settled = await Promise.allSettled(found);
    return settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  }
}

function uploadsPage(uploads: ReadonlyArray<{ id: string; key: string; began: Date }>): string {
  const rows = uploads.map(
    ({ id, key, began }) =>
      `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${began.toISOString()}</Initiated></Upload>`,
  );
  const about = `<Bucket>${BUCKET}</Bucket><IsTruncated>false</IsTruncated>`;
  return `<?xml version="1.0"?><ListMultipartUploadsResult>${about}${rows.join('')}</ListMultipartUploadsResult>`;
}
