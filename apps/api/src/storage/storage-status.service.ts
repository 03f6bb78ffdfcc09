import { Inject, Injectable } from '@nestjs/common';
import { BLOB_STORE, type BlobStore } from './storage.service';

/** Between two looks, in ms: balancers ask more often. */
const REMEMBERED_MS = 5000;

/** Tells whether the storage of files can be used. */
@Injectable()
export class StorageStatusService {
  private last: { at: number; up: Promise<boolean> } | undefined;

  constructor(@Inject(BLOB_STORE) private readonly blobs: BlobStore) {}

  isUp(now = Date.now()): Promise<boolean> {
    if (this.last && now - this.last.at < REMEMBERED_MS) return this.last.up;
    const up = this.blobs.check().then(
      () => true,
      () => false,
    );
    this.last = { at: now, up };
    return up;
  }
}
