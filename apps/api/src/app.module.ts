import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { DatabaseModule, type DatabaseSettings } from '@app/database';
import { AttachmentsModule } from './attachments/attachments.module';
import { AuthModule } from './auth/auth.module';
import { BearerGuard } from './auth/bearer.guard';
import { ReplicaReads } from './auth/replica-reads.interceptor';
import { viewerOf } from './auth/viewer';
import { BackupsModule } from './backup/backups.module';
import { ProblemFilter } from './common/errors/problem.filter';
import { QueryGuard } from './common/http/query.guard';
import { IdempotencyModule } from './common/idempotency/idempotency.module';
import { StrictValidationPipe } from './common/validation/strict-validation.pipe';
import { publicUrlOf } from './config/config';
import type { Config } from './config/config';
import { ConfigModule } from './config/config.module';
import { EventsModule } from './events/events.module';
import { FeaturesModule } from './features/features.module';
import { HealthModule } from './health/health.module';
import { JobsModule } from './jobs/jobs.module';
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
        DatabaseModule.forRoot(dataSource, databaseSettings(config, logger)),
        IdempotencyModule.with(viewerOf),
        HealthModule,
        JobsModule,
        AuthModule,
        UsersModule,
        SetupModule,
        TasksModule,
        FeaturesModule,
        MessagesModule,
        AttachmentsModule,
        EventsModule,
        BackupsModule,
      ],
      providers: [
        // In this order: who asks is judged before what they ask.
        { provide: APP_GUARD, useClass: BearerGuard },
        { provide: APP_GUARD, useClass: QueryGuard },
        ...(config.DATABASE_REPLICA_URL ? [{ provide: APP_INTERCEPTOR, useClass: ReplicaReads }] : []),
        { provide: APP_PIPE, useClass: StrictValidationPipe },
        { provide: APP_FILTER, useFactory: () => new ProblemFilter(publicUrlOf(config)) },
      ],
    };
  }
}

function databaseSettings(config: Config, logger: Logger): DatabaseSettings {
  const { DATABASE_REPLICA_URL: url, DATABASE_REPLICA_MAX_LAG_MS: maxLagMs, DATABASE_POOLER } = config;
  const log = (line: string) => logger.warn(line);
  return {
    pooled: DATABASE_POOLER === 'transaction',
    replica: url === undefined ? undefined : { url, maxLagMs, log },
  };
}
