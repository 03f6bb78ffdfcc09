import { ApiProperty } from '@nestjs/swagger';
import { Answered } from '../../../common/openapi/answered.decorator';

const DATE = {
  nullable: true,
  description: 'Completed by then in so many percent of the trials; null: beyond history',
};

export class CompletionForecast {
  @Answered.time(DATE)
  p50: string | null;

  @Answered.time(DATE)
  p70: string | null;

  @Answered.time(DATE)
  p85: string | null;

  @Answered.time(DATE)
  p95: string | null;

  @Answered.boolean({ description: 'Whether history does not reach as far as one of the percentiles' })
  beyondHistory: boolean;
}

export class HistogramBin {
  @Answered.time()
  from: string;

  @Answered.time({ description: 'Not included' })
  to: string;

  @Answered.number({ minimum: 0, maximum: 1, description: 'Of all trials' })
  share: number;
}

export class CompletionHistogram {
  @ApiProperty({
    type: [HistogramBin],
    description: 'Of one width; empty when history reaches no completion',
  })
  bins: HistogramBin[];

  @Answered.number({ minimum: 0, maximum: 1, description: 'Share of the trials behind the last bin' })
  later: number;

  @Answered.number({ minimum: 0, maximum: 1, description: 'Share of the trials that history does not reach' })
  beyondHistory: number;
}

export class MissingHistory {
  @Answered.oneOf(['completed_features', 'ended_stays'])
  what: string;

  @Answered.text({ nullable: true, maxLength: 50, description: 'The stage whose stays are too few' })
  stage: string | null;

  @Answered.integer({ minimum: 1, example: 10 })
  needed: number;

  @Answered.integer({ minimum: 0, example: 3 })
  found: number;
}

export class FeatureForecastItem {
  @Answered.uuid()
  featureId: string;

  @Answered.boolean({
    description: 'False for a feature that was not asked for, but that one of these waits for',
  })
  asked: boolean;

  @Answered.text({ maxLength: 50, example: 'development' })
  currentStage: string;

  @Answered.integer({
    minimum: 0,
    description: 'Milliseconds in its stage so far, without what dependencies took',
  })
  ageMs: number;

  @ApiProperty({ type: CompletionForecast })
  completion: CompletionForecast;

  @Answered.number({
    minimum: 0,
    maximum: 1,
    description: 'Share of the trials in which it is on the chain that leads to the last completion',
  })
  criticality: number;

  @ApiProperty({
    type: [MissingHistory],
    description: 'What history lacks for this feature; it then has no dates',
  })
  missing: MissingHistory[];
}

export class StageSample {
  @Answered.text({ maxLength: 50, example: 'review' })
  stage: string;

  @Answered.integer({ minimum: 0, description: 'Stays that ended' })
  ended: number;

  @Answered.integer({ minimum: 0, description: 'Stays that go on: right-censored observations' })
  running: number;
}

export class ForecastSamples {
  @Answered.integer({ minimum: 0, description: 'Completed features' })
  completed: number;

  @Answered.integer({ minimum: 0, description: 'Open features' })
  running: number;

  @Answered.number({
    minimum: 0,
    description: 'How many equally recent features the weighted ones amount to',
  })
  effective: number;

  @ApiProperty({ type: [StageSample] })
  stages: StageSample[];
}

export class ForecastResponse {
  @Answered.time({ description: 'Nothing later was used' })
  asOf: string;

  @Answered.integer({ minimum: 100, maximum: 20_000 })
  trials: number;

  @Answered.integer({ minimum: 0, maximum: 4_294_967_295 })
  seed: number;

  @Answered.integer({ nullable: true, minimum: 1, description: 'Null: no limit' })
  capacity: number | null;

  @ApiProperty({ type: CompletionForecast, description: 'Of the last of the features that were asked for' })
  completion: CompletionForecast;

  @ApiProperty({ type: CompletionHistogram, description: 'Of the same' })
  histogram: CompletionHistogram;

  @ApiProperty({ type: [FeatureForecastItem], description: 'By id' })
  items: FeatureForecastItem[];

  @ApiProperty({ type: ForecastSamples })
  samples: ForecastSamples;
}
