import { Answered } from '../../common/openapi/answered.decorator';

export class MetricsResponse {
  @Answered.uuid()
  featureId: string;

  @Answered.integer({ minimum: 0, example: 420 })
  linesOfCode: number;

  @Answered.bigint({
    minimum: 0,
    description: 'The exact sum of the token ledger, input and output; never given',
  })
  tokensUsed: number;

  @Answered.number({ nullable: true, minimum: 0, maximum: 100, example: 87.5, description: 'Percent' })
  testCoverage: number | null;

  @Answered.texts({ nullable: true, description: 'Null: not known' })
  modifiedFiles: string[] | null;

  @Answered.texts({ nullable: true, description: 'Null: not known' })
  newFiles: string[] | null;
}
