import { join } from 'node:path';
import { Logger, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { BackupsModule } from '../backup/backups.module';
import { CONFIG, type Config } from '../config/config';
import { MessagesModule } from '../messages/messages.module';
import { TasksModule } from '../tasks/tasks.module';
import { AttachmentsController } from './attachments.controller';
import { AttachmentsService } from './attachments.service';
import { BLOB_STORE } from './blobs/blob-store';
import { DiskBlobStore } from './blobs/disk-blob-store';
import { MessageAttachmentsController } from './message-attachments.controller';
import { acceptMultipart } from './multipart/takes-multipart.decorator';
import { TrashService } from './trash.service';
import { TaskAttachmentsController } from './task-attachments.controller';
import { UploadsService } from './uploads.service';

const SWEEP_EVERY_MS = 3600_000;

@Module({
  imports: [TasksModule, MessagesModule, BackupsModule],
  controllers: [AttachmentsController, TaskAttachmentsController, MessageAttachmentsController],
  providers: [
    AttachmentsService,
    UploadsService,
    TrashService,
    {
      provide: DiskBlobStore,
      inject: [CONFIG],
      useFactory: ({ DATA_DIR }: Config) => new DiskBlobStore(join(DATA_DIR, 'blobs')),
    },
    { provide: BLOB_STORE, useExisting: DiskBlobStore },
  ],
  exports: [AttachmentsService],
})
export class AttachmentsModule implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(AttachmentsModule.name);
  private sweeping: NodeJS.Timeout | undefined;

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly blobs: DiskBlobStore,
  ) {}

  async onModuleInit(): Promise<void> {
    acceptMultipart(this.http.httpAdapter.getInstance<FastifyInstance>());
    await this.sweep();
    this.sweeping = setInterval(() => void this.sweep(), SWEEP_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.sweeping);
  }

  /** What cannot be swept takes room, but is no reason not to serve. */
  private async sweep(): Promise<void> {
    await this.blobs
      .sweep()
      .catch((error: Error) => this.logger.warn(`Left-over uploads were not removed: ${error.message}`));
  }
}
