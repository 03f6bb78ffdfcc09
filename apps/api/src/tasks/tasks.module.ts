import { Module } from '@nestjs/common';
import { ExportController } from './export/export.controller';
import { ExportService } from './export/export.service';
import { TasksController } from './tasks.controller';
import { TasksService } from './tasks.service';

@Module({
  controllers: [TasksController, ExportController],
  providers: [TasksService, ExportService],
  exports: [TasksService],
})
export class TasksModule {}
