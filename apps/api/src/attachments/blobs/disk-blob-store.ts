import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BlobStore, OpenBlob, StoredBlob } from './blob-store';

/** An upload that has not grown for this long has lost its process: uploads have an hour in all. */
const ABANDONED_MS = 3600_000;
const KEY = /^[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f-]{36}$/;

/** Blobs as files below one folder: `ab/cd/abcd….` when whole, `incoming/` while they arrive. */
export class DiskBlobStore implements BlobStore {
  private readonly incoming: string;

  constructor(private readonly root: string) {
    this.incoming = join(root, 'incoming');
  }

  async write(id: string, content: AsyncIterable<Buffer>): Promise<StoredBlob> {
    const key = `${id.slice(0, 2)}/${id.slice(2, 4)}/${id}`;
    const temporary = join(this.incoming, id);
    await mkdir(this.incoming, { recursive: true, mode: 0o700 });
    try {
      const measured = new Measured(content);
      const file = createWriteStream(temporary, { flags: 'wx', mode: 0o600, flush: true });
      await pipeline(measured, file);
      await moveDurably(temporary, join(this.root, key));
      return { key, ...measured.result };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async open(key: string): Promise<OpenBlob | null> {
    // Rows that another system wrote may hold any path: only our own keys lead to a file.
    if (!KEY.test(key)) return null;
    const path = join(this.root, key);
    const found = await stat(path).catch(ignoreMissing);
    if (!found) return null;
    return { bytes: found.size, read: (range) => createReadStream(path, range) };
  }

  async remove(key: string): Promise<void> {
    if (KEY.test(key)) await rm(join(this.root, key), { force: true });
  }

  /** Removes what killed processes left of uploads. Other processes may be receiving theirs in the same folder. */
  async sweep(now = Date.now()): Promise<void> {
    const names = (await readdir(this.incoming).catch(ignoreMissing)) ?? [];
    for (const path of names.map((name) => join(this.incoming, name))) {
      const found = await stat(path).catch(ignoreMissing);
      if (found && now - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
    }
  }
}

/** Counts and hashes what passes through. */
class Measured implements AsyncIterable<Buffer> {
  private readonly hash = createHash('sha256');
  private bytes = 0;

  constructor(private readonly content: AsyncIterable<Buffer>) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for await (const chunk of this.content) {
      this.hash.update(chunk);
      this.bytes += chunk.length;
      yield chunk;
    }
  }

  get result(): { bytes: number; sha256: string } {
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
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

async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
