import { Answered } from '../../common/openapi/answered.decorator';

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
