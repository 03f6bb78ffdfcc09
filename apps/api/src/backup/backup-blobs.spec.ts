import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { loadConfig } from '../config/config';
import { type BlobStore, blobStoreOf } from '../storage/storage.service';
import { restoreBlobs } from './backup-blobs';
import type { Backup } from './backup-files';

describe('restoreBlobs', () => {
  let folder: string;
  let store: BlobStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fuse-blobs-'));
    store = blobStoreOf(loadConfig({ DATA_DIR: folder }));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const contentOf = async (key: string) => text((await (await store.open(key))?.read()) ?? Readable.from([]));
  const restore = (key: string, noted: string, stored: string) => {
    const sha256 = createHash('sha256').update(noted).digest('hex');
    const manifest = { encryption: null, blobs: [{ key, bytes: noted.length, sha256 }] };
    const read = () => Promise.resolve(Readable.from([Buffer.from(stored)], { objectMode: false }));
    return restoreBlobs({ manifest } as unknown as Backup, read, store, () => undefined);
  };

  it('puts a file back over another one', async () => {
    const { key } = await store.write(randomUUID(), Readable.from([Buffer.from('other')]));
    await restore(key, 'content', 'content');
    expect(await contentOf(key)).toBe('content');
  });

  it('leaves what is there when the file changed since it was checked', async () => {
    const { key } = await store.write(randomUUID(), Readable.from([Buffer.from('other')]));
    await expect(restore(key, 'content', 'changed')).rejects.toThrow(
      `blobs/${key} changed while it was restored`,
    );
    expect(await contentOf(key)).toBe('other');
    const listed: string[] = [];
    for await (const blob of store.list()) listed.push(blob.key);
    expect(listed).toEqual([key]);
  });
});
