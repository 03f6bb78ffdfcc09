import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { BackupsModule } from '../backup/backups.module';
import { MessagesModule } from '../messages/messages.module';
import { StorageModule } from '../storage/storage.module';
import { TasksModule } from '../tasks/tasks.module';
import { AttachmentsController } from './attachments.controller';
import { AttachmentsService } from './attachments.service';
import { MessageAttachmentsController } from './message-attachments.controller';
import { acceptMultipart } from './multipart/takes-multipart.decorator';
import { TrashService } from './trash.service';
import { TaskAttachmentsController } from './task-attachments.controller';
import { UploadsService } from './uploads.service';

@Module({
  imports: [TasksModule, MessagesModule, BackupsModule, StorageModule],
  controllers: [AttachmentsController, TaskAttachmentsController, MessageAttachmentsController],
  providers: [AttachmentsService, UploadsService, TrashService],
  exports: [AttachmentsService],
})
export class AttachmentsModule implements OnModuleInit {
  constructor(private readonly http: HttpAdapterHost) {}

  onModuleInit(): void {
    acceptMultipart(this.http.httpAdapter.getInstance<FastifyInstance>());
  }
}
