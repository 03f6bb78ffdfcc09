import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { DependenciesController } from './dependencies.controller';
import { DependenciesService } from './dependencies.service';
import { FeaturesController } from './features.controller';
import { FeaturesService } from './features.service';
import { AnalyticsController } from './analytics/analytics.controller';
import { AnalyticsService } from './analytics/analytics.service';
import { GraphController } from './graph/graph.controller';
import { GraphService } from './graph/graph.service';
import { MetricsHistoryController } from './history/metrics-history.controller';
import { HistoryService } from './history/history.service';
import { IngestController } from './ingest/ingest.controller';
import { IngestService } from './ingest/ingest.service';
import { acceptReports } from './ingest/takes-reports.decorator';
import { TokenUsageController } from './ledger/token-usage.controller';
import { TokenUsageService } from './ledger/token-usage.service';
import { FeatureTasksController } from './links/feature-tasks.controller';
import { FeatureTasksService } from './links/feature-tasks.service';
import { EstimatesKeeper } from './forecast/estimates-keeper';
import { ForecastHistoryController } from './forecast/forecast-history.controller';
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
    ForecastHistoryController,
    FeaturesController,
    TransitionsController,
    DependenciesController,
    MetricsController,
    TokenUsageController,
    FeatureTasksController,
    IngestController,
    AnalyticsController,
    GraphController,
    MetricsHistoryController,
  ],
  providers: [
    Stages,
    FeaturesService,
    TransitionsService,
    DependenciesService,
    MetricsService,
    TokenUsageService,
    FeatureTasksService,
    IngestService,
    AnalyticsService,
    GraphService,
    HistoryService,
    ForecastService,
    ForecastPool,
    EstimatesKeeper,
  ],
  exports: [FeaturesService],
})
export class FeaturesModule implements OnModuleInit {
  constructor(private readonly http: HttpAdapterHost) {}

  onModuleInit(): void {
    acceptReports(this.http.httpAdapter.getInstance<FastifyInstance>());
  }
}
