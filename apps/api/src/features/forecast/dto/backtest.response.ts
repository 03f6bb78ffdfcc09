import { ApiProperty } from '@nestjs/swagger';
import { Answered } from '../../../common/openapi/answered.decorator';
import { STEPS, type Step } from '../weighting';

const MEAN = {
  nullable: true,
  minimum: 0,
  description: 'Mean pinball loss, milliseconds; null without cases',
};
const LOG_MEAN = {
  nullable: true,
  minimum: 0,
  description: 'The same of ln(1 + hours), which a few very long ones do not decide',
};

export class PercentileBacktest {
  @Answered.integer({ minimum: 50, maximum: 95, example: 85 })
  percentile: number;

  @Answered.integer({ minimum: 0, description: 'Forecasts whose date has passed' })
  cases: number;

  @Answered.integer({ minimum: 0, description: 'Of these, how many features were completed by their date' })
  hits: number;

  @Answered.number({ nullable: true, minimum: 0, maximum: 1, example: 0.853 })
  hitRate: number | null;

  @ApiProperty({
    type: 'array',
    items: { type: 'number' },
    nullable: true,
    minItems: 2,
    maxItems: 2,
    description: 'Covers the hit rate with 95 % confidence (Wilson); null without cases',
    example: [0.821, 0.88],
  })
  interval: [number, number] | null;

  @Answered.integer({ minimum: 0, description: 'Forecasts that had no date: history did not reach so far' })
  beyondHistory: number;

  @Answered.number(MEAN)
  pinball: number | null;

  @Answered.number(MEAN)
  naivePinball: number | null;

  @Answered.number(LOG_MEAN)
  logPinball: number | null;

  @Answered.number(LOG_MEAN)
  naiveLogPinball: number | null;

  @Answered.integer({ minimum: 0, description: 'Hits of the naive forecast in the same cases' })
  naiveHits: number;
}

export class LossChange {
  @Answered.number({ description: '−0.03: the forecasts cost 3 % less', example: -0.03 })
  change: number;

  @ApiProperty({
    type: 'array',
    items: { type: 'number' },
    minItems: 2,
    maxItems: 2,
    description: 'What the middle 95 % of 1,000 resamplings of the forecasts have',
    example: [-0.05, 0.002],
  })
  interval: [number, number];
}

const LOSS_CHANGE = {
  type: LossChange,
  nullable: true,
  description: 'Pinball loss of all percentiles against that of the naive forecast; null without cases',
};

export class BacktestResponse {
  @Answered.integer({
    minimum: 0,
    description: 'How old each feature was when it was forecast, milliseconds',
  })
  ageMs: number;

  @Answered.integer({ minimum: 100, maximum: 5000 })
  trials: number;

  @Answered.integer({ minimum: 0, maximum: 4_294_967_295 })
  seed: number;

  @ApiProperty({ enum: STEPS, isArray: true, description: 'Steps of the model that were left out' })
  without: Step[];

  @Answered.integer({ minimum: 1, description: 'Features that were forecast' })
  forecasts: number;

  @Answered.integer({ minimum: 0, description: 'Features that had too little history before them' })
  tooEarly: number;

  @ApiProperty({ type: [PercentileBacktest] })
  percentiles: PercentileBacktest[];

  @ApiProperty(LOSS_CHANGE)
  lossInDays: LossChange | null;

  @ApiProperty({ ...LOSS_CHANGE, description: 'The same of ln(1 + hours)' })
  lossInLogarithms: LossChange | null;
}
