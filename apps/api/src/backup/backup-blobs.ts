import type { Readable, TransformCallback } from 'node:stream';
import type { ClientBase } from 'pg';
import { type Backup, blobFile, type ReadContent } from './backup-files';
import { measure, Measuring } from '../common/files/durable-files';
import { type BlobEntry, contentOf, type Manifest } from './manifest';
import type { UnfinishedBackup } from './place';
import type { Seal } from './sealing.service';
import { passing } from '../common/files/streams';
import { BLOB_KEY, type BlobStore } from '../storage/storage.service';

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

/** Where files go to. */
export interface BlobTarget {
  readonly to: UnfinishedBackup;
  readonly seal: Seal | null;
  /** One in the same place, whose files can be taken over. */
  readonly earlier: { readonly name: string; readonly backup: Backup } | undefined;
}

/**
 * Copies the files of attachments into a backup and hashes them. A file that an earlier backup beside it has, unharmed and for
 * the same recipients, is taken over from that one.
 * @param onBytes told the size of each file when it is done
 */
export async function backUpBlobs(
  files: readonly AttachedFile[],
  store: BlobStore,
  target: BlobTarget,
  onBytes: (bytes: number) => void,
): Promise<Kept> {
  const blobs = new Map<string, BlobEntry>();
  const faults: Manifest['faults'] = [];
  const known = knownBlobs(target);
  await inParallel(files, async ({ id, key, sha256, bytes }) => {
    // Rows that another system wrote may hold any path: those are no files of ours.
    const entry = BLOB_KEY.test(key) ? await keep(store, key, sha256, target, known) : null;
    if (entry) blobs.set(key, entry);
    if (!entry) faults.push({ attachment: id, fault: 'missing' });
    else if (sha256 !== null && contentOf(entry).sha256 !== sha256)
      faults.push({ attachment: id, fault: 'changed' });
    onBytes(bytes ?? 0);
  });
  return { blobs: [...blobs.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)), faults };
}

/** The files of the earlier backup that whoever may read this one may read, too. */
function knownBlobs({ earlier, seal }: BlobTarget): Map<string, BlobEntry> {
  const manifest = earlier?.backup.manifest;
  if (!manifest || !sameRecipients(manifest.encryption?.recipients, seal?.recipients)) return new Map();
  return new Map(manifest.blobs.map((entry) => [entry.key, entry]));
}

function sameRecipients(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return JSON.stringify(a.toSorted()) === JSON.stringify(b.toSorted());
}

async function keep(
  store: BlobStore,
  key: string,
  sha256: string | null,
  { to, seal, earlier }: BlobTarget,
  known: ReadonlyMap<string, BlobEntry>,
): Promise<BlobEntry | null> {
  const encryption = seal ? {} : null;
  const file = blobFile(key, { encryption });
  const before = known.get(key);
  if (earlier && before && sha256 !== null && contentOf(before).sha256 === sha256) {
    if (await to.takeOver(earlier.name, file, before)) return before;
  }
  const source = await readBlob(store, key);
  if (!source) return null;
  if (!seal) return { key, ...(await to.write(file, source)) };
  const measuring = passing(source, new Measuring());
  const stored = await to.write(file, await seal.encrypt(measuring));
  return { key, ...stored, content: measuring.result() };
}

/**
 * Puts a backup's files where the blob store has them. One that is there already, and is the same, stays.
 * @param onBytes told the size of each file when it is done
 */
export async function restoreBlobs(
  { manifest }: Backup,
  read: ReadContent,
  store: BlobStore,
  onBytes: (bytes: number) => void,
): Promise<void> {
  await inParallel(manifest.blobs, async (entry) => {
    const { sha256 } = contentOf(entry);
    const present = await readBlob(store, entry.key);
    if (!present || (await measure(present)).sha256 !== sha256) {
      const content = await read(blobFile(entry.key, manifest));
      await store.put(entry.key, passing(content, new Expecting(entry.key, sha256)));
    }
    onBytes(entry.bytes);
  });
}

/** Fails at its end when what has passed is not what was expected, so that whoever stores it does not. */
class Expecting extends Measuring {
  constructor(
    private readonly key: string,
    private readonly sha256: string,
  ) {
    super();
  }

  override _flush(done: TransformCallback): void {
    const same = this.result().sha256 === this.sha256;
    done(same ? null : new Error(`blobs/${this.key} changed while it was restored`));
  }
}

/** @returns null when there is no such blob */
async function readBlob(store: BlobStore, key: string): Promise<Readable | null> {
  const blob = await store.open(key);
  return blob && blob.read();
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
