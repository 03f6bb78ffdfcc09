import { Module } from '@nestjs/common';
import { DependenciesController } from './dependencies.controller';
import { DependenciesService } from './dependencies.service';
import { FeaturesController } from './features.controller';
import { FeaturesService } from './features.service';
import { TokenUsageController } from './ledger/token-usage.controller';
import { TokenUsageService } from './ledger/token-usage.service';
import { FeatureTasksController } from './links/feature-tasks.controller';
import { FeatureTasksService } from './links/feature-tasks.service';
import { ForecastController } from './forecast/forecast.controller';
import { ForecastPool } from './forecast/forecast-pool';
import { ForecastService } from './forecast/forecast.service';
import { MetricsController } from './metrics.controller';
import { MetricsService } from './metrics.service';
import { Stages } from './stages';
import { TransitionsController } from './transitions.controller';
import { TransitionsService } from './transitions.service';

@Module({
  controllers: [
    ForecastController,
    FeaturesController,
    TransitionsController,
    DependenciesController,
    MetricsController,
    TokenUsageController,
    FeatureTasksController,
  ],
  providers: [
    Stages,
    FeaturesService,
    TransitionsService,
    DependenciesService,
    MetricsService,
    TokenUsageService,
    FeatureTasksService,
    ForecastService,
    ForecastPool,
  ],
  exports: [FeaturesService],
})
export class FeaturesModule {}
