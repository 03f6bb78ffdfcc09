import { setTimeout as after } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import type { Config } from '../config/config';
import { StorageStatusService } from '../storage/storage-status.service';
import { blobStoreOf } from '../storage/storage.service';

/** A storage that is silent for so long, in ms, counts as down: the scrape has to be answered. */
const PATIENCE_MS = 3000;

/** Whether files can be stored and read. */
export function watchStorage(registry: Registry, config: Config): void {
  const status = new StorageStatusService(blobStoreOf(config));
  new Gauge({
    name: 'fuse_storage_up',
    help: '1 when the storage of files (STORAGE_URL) can be used, else 0',
    registers: [registry],
    async collect() {
      const patience = after(PATIENCE_MS, false, { ref: false });
      this.set((await Promise.race([status.isUp(), patience])) ? 1 : 0);
    },
  });
}
