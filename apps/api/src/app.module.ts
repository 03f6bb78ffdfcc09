import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { DatabaseModule } from '@app/database';
import { AttachmentsModule } from './attachments/attachments.module';
import { AuthModule } from './auth/auth.module';
import { BearerGuard } from './auth/bearer.guard';
import { viewerOf } from './auth/viewer';
import { ProblemFilter } from './common/errors/problem.filter';
import { IdempotencyModule } from './common/idempotency/idempotency.module';
import { StrictValidationPipe } from './common/validation/strict-validation.pipe';
import { publicUrlOf } from './config/config';
import type { Config } from './config/config';
import { ConfigModule } from './config/config.module';
import { EventsModule } from './events/events.module';
import { FeaturesModule } from './features/features.module';
import { HealthModule } from './health/health.module';
import { MessagesModule } from './messages/messages.module';
import type { ServingMetrics } from './metrics/serving-metrics';
import { SetupModule } from './setup/setup.module';
import { TasksModule } from './tasks/tasks.module';
import { UsersModule } from './users/users.module';

/** What the process has ready before the application is made. */
export interface AppResources {
  readonly config: Config;
  /** Initialised and migrated. */
  readonly dataSource: DataSource;
  readonly logger: Logger;
  /** Undefined: nothing is counted. */
  readonly metrics?: ServingMetrics | undefined;
}

@Module({})
export class AppModule {
  static with({ config, dataSource, logger }: AppResources): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        LoggerModule.forRoot({ pinoHttp: { logger, autoLogging: false }, forRoutes: [] }),
        DatabaseModule.forRoot(dataSource),
        IdempotencyModule.with(viewerOf),
        HealthModule,
        AuthModule,
        UsersModule,
        SetupModule,
        TasksModule,
        FeaturesModule,
        MessagesModule,
        AttachmentsModule,
        EventsModule,
      ],
      providers: [
        { provide: APP_GUARD, useClass: BearerGuard },
        { provide: APP_PIPE, useClass: StrictValidationPipe },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(publicUrlOf(config)) },
      ],
    };
  }
}
