import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../maintenance/maintenance.module';
import { StorageModule } from '../storage/storage.module';
import { Draining } from './draining';
import { HealthController } from './health.controller';

@Module({
  imports: [MaintenanceModule, StorageModule],
  controllers: [HealthController],
  providers: [Draining],
  exports: [Draining],
})
export class HealthModule {}
