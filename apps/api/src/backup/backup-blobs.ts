import { createReadStream, createWriteStream } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { blobFile } from './backup-folder';
import { flushFolder, makeFolder, type Measure, measureFile, Measuring } from './durable-files';
import { BLOB_KEY, type BlobEntry, type Manifest } from './manifest';

/** How many files are copied at once. */
const AT_ONCE = 4;

/** An attachment whose file belongs into the backup. */
export interface AttachedFile {
  readonly id: string;
  readonly key: string;
  readonly bytes: number | null;
  /** Null for rows from before that column. */
  readonly sha256: string | null;
}

// By way of JSON, so that a database whose schema is older, without those columns, can be backed up too.
const ATTACHED = `
  SELECT id, file_path AS key, size_bytes::float8 AS bytes, to_jsonb(a)->>'sha256' AS sha256
  FROM attachments a WHERE to_jsonb(a)->>'deleted_at' IS NULL ORDER BY file_path, id`;

/** The attachments that are not deleted. */
export async function attachedFiles(client: ClientBase): Promise<AttachedFile[]> {
  return (await client.query<AttachedFile>(ATTACHED)).rows;
}

type Kept = Pick<Manifest, 'blobs' | 'faults'>;

/**
 * Copies the files of attachments into a backup and hashes them. A file that an earlier backup beside it has, unharmed, is
 * linked to that one's: it takes no room twice.
 * @param root the blob store's folder
 * @param earlier the path of that earlier backup
 * @param onBytes told the size of each file when it is done
 */
export async function backUpBlobs(
  files: readonly AttachedFile[],
  { root, to, earlier }: { root: string; to: string; earlier: string | undefined },
  onBytes: (bytes: number) => void,
): Promise<Kept> {
  const blobs = new Map<string, BlobEntry>();
  const faults: Manifest['faults'] = [];
  await inParallel(files, async ({ id, key, sha256, bytes }) => {
    const source = join(root, key);
    // Rows that another system wrote may hold any path: those are no files of ours.
    const kept = BLOB_KEY.test(key)
      ? await keep(source, blobFile(to, key), earlier && { path: blobFile(earlier, key), sha256 })
      : null;
    if (kept) blobs.set(key, { key, ...kept });
    if (!kept) faults.push({ attachment: id, fault: 'missing' });
    else if (sha256 !== null && kept.sha256 !== sha256) faults.push({ attachment: id, fault: 'changed' });
    onBytes(bytes ?? 0);
  });
  return { blobs: [...blobs.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)), faults };
}

async function keep(
  source: string,
  target: string,
  earlier: { path: string; sha256: string | null } | undefined | '',
): Promise<Measure | null> {
  await makeFolder(dirname(target));
  if (earlier && earlier.sha256 !== null) {
    const linked = await link(earlier.path, target).then(
      () => measureFile(target),
      () => null,
    );
    if (linked?.sha256 === earlier.sha256) return linked;
    await rm(target, { force: true });
  }
  return copyDurably(source, target);
}

/** @returns null when there is no such file */
async function copyDurably(source: string, target: string): Promise<Measure | null> {
  const measuring = new Measuring();
  try {
    const reading = createReadStream(source, { highWaterMark: 1 << 18 });
    await pipeline(reading, measuring, createWriteStream(target, { flags: 'w', mode: 0o600, flush: true }));
    return measuring.result();
  } catch (error) {
    await rm(target, { force: true });
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && path === source) return null;
    throw error;
  }
}

/**
 * Puts a backup's files where the blob store has them. One that is there already, and is the same, stays.
 * @param root the blob store's folder
 */
export async function restoreBlobs(
  blobs: readonly BlobEntry[],
  { root, from }: { root: string; from: string },
  onBytes: (bytes: number) => void,
): Promise<void> {
  const folders = new Set<string>();
  await inParallel(blobs, async ({ key, bytes, sha256 }) => {
    const target = join(root, key);
    if ((await measureFile(target))?.sha256 !== sha256) {
      await makeFolder(dirname(target));
      const copied = await copyDurably(blobFile(from, key), `${target}.restoring`);
      if (copied?.sha256 !== sha256) throw new Error(`blobs/${key} changed while it was restored`);
      await rename(`${target}.restoring`, target);
      folders
        .add(dirname(target))
        .add(dirname(dirname(target)))
        .add(root);
    }
    onBytes(bytes);
  });
  for (const folder of folders) await flushFolder(folder);
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
