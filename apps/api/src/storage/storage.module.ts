import { Inject, Logger, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CONFIG, ConfigError } from '../config/config';
import { BucketUnusable } from './storage.errors';
import { BLOB_STORE, type BlobStore, blobStoreOf } from './storage.service';
import { StorageStatusService } from './storage-status.service';

const SWEEP_EVERY_MS = 3600_000;

/** Where the files of attachments are kept. */
@Module({
  providers: [{ provide: BLOB_STORE, inject: [CONFIG], useFactory: blobStoreOf }, StorageStatusService],
  exports: [BLOB_STORE, StorageStatusService],
})
export class StorageModule implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(StorageModule.name);
  private sweeping: NodeJS.Timeout | undefined;

  constructor(@Inject(BLOB_STORE) private readonly blobs: BlobStore) {}

  /** @throws ConfigError when the storage refuses, and would go on to */
  async onModuleInit(): Promise<void> {
    try {
      await this.blobs.check();
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof BucketUnusable && error.refused) throw new ConfigError(`STORAGE_URL: ${message}`);
      this.logger.error(
        `The storage of files does not answer, and is asked again at each request: ${message}`,
      );
      this.sweepLater();
      return;
    }
    await this.sweep();
    this.sweepLater();
  }

  onModuleDestroy(): void {
    clearInterval(this.sweeping);
  }

  private sweepLater(): void {
    this.sweeping = setInterval(() => void this.sweep(), SWEEP_EVERY_MS).unref();
  }

  /** What cannot be swept takes room, but is no reason not to serve. */
  private async sweep(): Promise<void> {
    await this.blobs
      .sweep()
      .catch((error: Error) => this.logger.warn(`Left-over uploads were not removed: ${error.message}`));
  }
}
