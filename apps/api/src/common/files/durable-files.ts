import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';

export interface Measure {
  readonly bytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Counts and hashes what passes through. */
export class Measuring extends Transform {
  private readonly hash = createHash('sha256');
  private bytes = 0;

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    done(null, chunk);
  }

  /** Once all of it has passed. */
  result(): Measure {
    return { bytes: this.bytes, sha256: this.hash.digest('hex') };
  }
}

/** @returns null when there is no such file */
export async function measureFile(path: string): Promise<Measure | null> {
  try {
    return await measure(createReadStream(path, { highWaterMark: 1 << 20 }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Reads it to its end. */
export async function measure(content: AsyncIterable<Buffer>): Promise<Measure> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

export function makeFolder(path: string): Promise<string | undefined> {
  return mkdir(path, { recursive: true, mode: 0o700 });
}

/** Writes a new file that only its owner may read, and waits until it is on the disk. */
export async function writeDurably(path: string, content: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  await synced(handle, () => handle.writeFile(content));
}

/** The entries of a folder, and of every folder below it, are on the disk after this. */
export async function flushTree(path: string): Promise<void> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  for (const folder of [...folders.map(({ parentPath, name }) => join(parentPath, name)), path]) {
    await flushFolder(folder);
  }
}

export async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await synced(handle, () => Promise.resolve());
}

async function synced(handle: FileHandle, work: () => Promise<void>): Promise<void> {
  try {
    await work();
    await handle.sync();
  } finally {
    await handle.close();
  }
}
