import { Attachment } from '../attachments/attachment.entity';
import { RemovedBlob } from '../attachments/removed-blob.entity';
import { ApiToken } from '../auth/api-token.entity';
import { EventOrigin } from '../auth/event-origin.entity';
import { LastWrite } from '../auth/last-write.entity';
import { OneTimeToken } from '../auth/one-time-token.entity';
import { RateLimit } from '../auth/rate-limit.entity';
import { RefreshToken } from '../auth/refresh-token.entity';
import { Session } from '../auth/session.entity';
import { IdempotencyKey } from '../common/idempotency/idempotency-key.entity';
import { EventEpoch } from '../events/event-epoch.entity';
import { Event } from '../events/event.entity';
import { CodeMetrics } from '../features/code-metrics.entity';
import { FeatureDependency } from '../features/feature-dependency.entity';
import { Feature } from '../features/feature.entity';
import { DailyForecast } from '../features/forecast/daily-forecast.entity';
import { ForecastState } from '../features/forecast/forecast-state.entity';
import { MetricsHistory } from '../features/history/metrics-history.entity';
import { FeatureIngest } from '../features/ingest/feature-ingest.entity';
import { TokenUsage } from '../features/ledger/token-usage.entity';
import { FeatureTask } from '../features/links/feature-task.entity';
import { StageTransition } from '../features/stage-transition.entity';
import { ExternalReference } from '../imports/external-reference.entity';
import { ScheduledJob } from '../jobs/scheduled-job.entity';
import { InstallationState } from '../maintenance/installation-state.entity';
import { OutgoingMail } from '../mail/outgoing-mail.entity';
import { Message } from '../messages/message.entity';
import { Task } from '../tasks/task.entity';
import { Erasure } from '../users/erasure.entity';
import { User } from '../users/user.entity';

/** Every entity, in the order of the schema reference and then of the migrations. */
export const entities = [
  User,
  Task,
  Message,
  Attachment,
  Feature,
  CodeMetrics,
  StageTransition,
  FeatureDependency,
  Session,
  RefreshToken,
  OneTimeToken,
  ApiToken,
  Event,
  IdempotencyKey,
  ExternalReference,
  TokenUsage,
  FeatureTask,
  FeatureIngest,
  MetricsHistory,
  RateLimit,
  OutgoingMail,
  EventOrigin,
  InstallationState,
  EventEpoch,
  DailyForecast,
  ForecastState,
  LastWrite,
  ScheduledJob,
  Erasure,
  RemovedBlob,
];
