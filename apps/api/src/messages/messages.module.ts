import { Module } from '@nestjs/common';
import { TasksModule } from '../tasks/tasks.module';
import { MessagesController } from './messages.controller';
import { MessagesService } from './messages.service';
import { TaskMessagesController } from './task-messages.controller';

@Module({
  imports: [TasksModule],
  controllers: [MessagesController, TaskMessagesController],
  providers: [MessagesService],
  exports: [MessagesService],
})
export class MessagesModule {}
