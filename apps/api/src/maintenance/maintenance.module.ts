import { Module } from '@nestjs/common';
import { ClearingService } from './clearing.service';
import { MaintenanceService } from './maintenance.service';

@Module({ providers: [MaintenanceService, ClearingService], exports: [MaintenanceService] })
export class MaintenanceModule {}
