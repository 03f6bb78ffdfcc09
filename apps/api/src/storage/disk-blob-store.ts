import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, constants, mkdir, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { flushFolder, type Measure, Measuring } from '../common/files/durable-files';
import { BLOB_KEY, blobKey } from './blob-key';
import type { BlobStore, ListedBlob, OpenBlob, StoredBlob } from './blob-store';

/** An upload that has not grown for this long has lost its process: uploads have an hour in all. */
const ABANDONED_MS = 3600_000;

const INCOMING = 'incoming';

/** Blobs as files below one folder: `ab/cd/abcd….` when whole, `incoming/` while they arrive. */
export class DiskBlobStore implements BlobStore {
  private readonly incoming: string;

  constructor(readonly location: string) {
    this.incoming = join(location, INCOMING);
  }

  async write(id: string, content: AsyncIterable<Buffer>): Promise<StoredBlob> {
    const key = blobKey(id);
    return { key, ...(await this.store(key, id, Readable.from(content, { objectMode: false }))) };
  }

  async put(key: string, content: Readable): Promise<void> {
    await this.store(key, randomUUID(), content);
  }

  async open(key: string): Promise<OpenBlob | null> {
    if (!BLOB_KEY.test(key)) return null;
    const path = join(this.location, key);
    const found = await stat(path).catch(ignoreMissing);
    if (!found) return null;
    return { bytes: found.size, read: (range) => Promise.resolve(createReadStream(path, range)) };
  }

  async remove(key: string): Promise<void> {
    if (BLOB_KEY.test(key)) await rm(join(this.location, key), { force: true });
  }

  async *list(): AsyncGenerator<ListedBlob, void> {
    const folder = await opendir(this.location, { recursive: true }).catch(ignoreMissing);
    if (!folder) return;
    for await (const entry of folder) {
      const path = join(entry.parentPath, entry.name);
      const key = relative(this.location, path);
      if (key.startsWith(INCOMING)) continue;
      const found = await stat(path).catch(ignoreMissing);
      if (found?.isFile()) yield { key, bytes: found.size, changed: found.mtimeMs };
    }
  }

  /** The first upload makes the folder. */
  async check(): Promise<void> {
    await access(this.location, constants.R_OK | constants.W_OK).catch(ignoreMissing);
  }

  async sweep(now = Date.now()): Promise<void> {
    const names = (await readdir(this.incoming).catch(ignoreMissing)) ?? [];
    for (const path of names.map((name) => join(this.incoming, name))) {
      const found = await stat(path).catch(ignoreMissing);
      if (found && now - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
    }
  }

  private async store(key: string, name: string, content: Readable): Promise<Measure> {
    const temporary = join(this.incoming, name);
    await mkdir(this.incoming, { recursive: true, mode: 0o700 });
    try {
      const measuring = new Measuring();
      const file = createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true });
      await pipeline(content, measuring, file);
      await moveDurably(temporary, join(this.location, key));
      return measuring.result();
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

/** The content is on the disk already; its entry in the folder, and a new folder's own, have to be before anybody is told. */
async function moveDurably(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(from, to);
  await flushFolder(folder);
  if (made !== undefined) await Promise.all([dirname(folder), dirname(made)].map(flushFolder));
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
