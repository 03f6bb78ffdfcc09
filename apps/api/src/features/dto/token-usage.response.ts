import { Answered } from '../../common/openapi/answered.decorator';

export class TokenUsageResponse {
  @Answered.uuid()
  id: string;

  @Answered.uuid()
  featureId: string;

  @Answered.text({ maxLength: 100, example: 'anthropic' })
  provider: string;

  @Answered.text({ maxLength: 255, example: 'claude-opus-4' })
  model: string;

  @Answered.bigint({ minimum: 0, example: 18_250, description: 'Those from a cache included' })
  inputTokens: number;

  @Answered.bigint({ minimum: 0, example: 2_140 })
  outputTokens: number;

  @Answered.bigint({
    minimum: 0,
    example: 16_000,
    description: 'How many of `inputTokens` came from a cache',
  })
  cachedTokens: number;

  @Answered.number({ nullable: true, minimum: 0, example: 0.0421 })
  cost: number | null;

  @Answered.text({ maxLength: 3, example: 'USD', description: 'ISO 4217' })
  currency: string;

  @Answered.text({ maxLength: 50, example: 'development' })
  stage: string;

  @Answered.uuid({ nullable: true, description: 'Who recorded it' })
  actorId: string | null;

  @Answered.time()
  createdAt: string;
}
