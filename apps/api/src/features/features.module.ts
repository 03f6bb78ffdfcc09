import { Module } from '@nestjs/common';
import { DependenciesController } from './dependencies.controller';
import { DependenciesService } from './dependencies.service';
import { FeaturesController } from './features.controller';
import { FeaturesService } from './features.service';
import { MetricsController } from './metrics.controller';
import { MetricsService } from './metrics.service';
import { Stages } from './stages';
import { TransitionsController } from './transitions.controller';
import { TransitionsService } from './transitions.service';

@Module({
  controllers: [FeaturesController, TransitionsController, DependenciesController, MetricsController],
  providers: [Stages, FeaturesService, TransitionsService, DependenciesService, MetricsService],
  exports: [FeaturesService],
})
export class FeaturesModule {}
