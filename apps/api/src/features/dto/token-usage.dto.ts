import { Int, Num, Text } from '../../common/fields/fields';
import { MAX_STAGE_LENGTH } from '../stages';

export const MAX_TOKENS = Number.MAX_SAFE_INTEGER;

export class TokenUsageDto {
  @Text({ max: 100, description: 'Who runs the model', example: 'anthropic' })
  provider: string;

  @Text({ max: 255, description: 'The model, as its provider calls it', example: 'claude-opus-4' })
  model: string;

  @Int({
    min: 0,
    max: MAX_TOKENS,
    description: 'Tokens that the model read, those from a cache included',
    example: 18_250,
  })
  inputTokens: number;

  @Int({ min: 0, max: MAX_TOKENS, description: 'Tokens that the model wrote', example: 2_140 })
  outputTokens: number;

  @Int({
    min: 0,
    max: MAX_TOKENS,
    optional: true,
    description: 'How many of `inputTokens` came from a cache. Default: 0',
    example: 16_000,
  })
  cachedTokens?: number;

  @Num({
    min: 0,
    max: 1_000_000_000,
    optional: true,
    nullable: true,
    description: 'What it cost, in `currency`; kept as it is written. Left out or null: not known',
    example: 0.0421,
  })
  cost?: number | null;

  @Text({ min: 3, max: 3, optional: true, description: 'ISO 4217. Default: `USD`', example: 'USD' })
  currency?: string;

  @Text({
    max: MAX_STAGE_LENGTH,
    optional: true,
    description: 'The stage that it was spent in, one of the configured ones. Default: where the feature is',
    example: 'development',
  })
  stage?: string;
}
