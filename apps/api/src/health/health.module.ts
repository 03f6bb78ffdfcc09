import { Module } from '@nestjs/common';
import { MaintenanceModule } from '../maintenance/maintenance.module';
import { Draining } from './draining';
import { HealthController } from './health.controller';

@Module({
  imports: [MaintenanceModule],
  controllers: [HealthController],
  providers: [Draining],
  exports: [Draining],
})
export class HealthModule {}
