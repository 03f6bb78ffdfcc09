import { QueryTime } from '../../common/fields/query-fields';
import { Answered } from '../../common/openapi/answered.decorator';

export class MetricsHistoryQuery {
  @QueryTime('From the day of that moment on, UTC')
  since?: string;

  @QueryTime('Days that begin before that moment')
  before?: string;
}

export class MetricsDayResponse {
  @Answered.uuid()
  featureId: string;

  @Answered.date({ description: 'UTC' })
  day: string;

  @Answered.integer({ minimum: 0 })
  linesOfCode: number;

  @Answered.bigint({ minimum: 0 })
  tokensUsed: number;

  @Answered.number({ nullable: true, minimum: 0, maximum: 100, description: 'Percent' })
  testCoverage: number | null;

  @Answered.integer({ nullable: true, minimum: 0, description: 'How many' })
  modifiedFiles: number | null;

  @Answered.integer({ nullable: true, minimum: 0, description: 'How many' })
  newFiles: number | null;
}
