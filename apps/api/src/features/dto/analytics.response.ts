import { ApiProperty } from '@nestjs/swagger';
import { Answered } from '../../common/openapi/answered.decorator';
import { Analysis, COUNT, DEFINITION, list, SHARE, STAGE, WEEK } from './analysis';

const MS = { nullable: true, minimum: 0, description: 'Milliseconds; null without data' } as const;

export class PercentilesResponse {
  @Answered.bigint(MS)
  p50: number | null;

  @Answered.bigint(MS)
  p70: number | null;

  @Answered.bigint(MS)
  p85: number | null;

  @Answered.bigint(MS)
  p95: number | null;
}

abstract class Measured {
  @Answered.integer({ ...COUNT, description: 'How many there were' })
  count: number;

  @ApiProperty({ type: PercentilesResponse })
  percentiles: PercentilesResponse;
}

export class StageTimes extends Measured {
  @Answered.text(STAGE)
  stage: string;
}

export class WeekTimes extends Measured {
  @Answered.date(WEEK)
  week: string;
}

export class CycleTimeResponse extends Measured {
  @Answered.text(DEFINITION)
  definition: string;

  @list(StageTimes, 'In the order of the stages')
  byStage: StageTimes[];

  @list(WeekTimes, 'By the week of completion')
  byWeek: WeekTimes[];
}

export class FlowDay {
  @Answered.date()
  day: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer', minimum: 0 },
    description: 'Features by stage when the day ended',
    example: { planning: 4, development: 2, completed: 31 },
  })
  counts: Record<string, number>;
}

export class FlowResponse extends Analysis {
  @Answered.texts({ description: 'Every stage of the counts, in order' })
  stages: string[];

  @list(FlowDay, 'Each day of the range')
  days: FlowDay[];
}

export class ThroughputWeek {
  @Answered.date(WEEK)
  week: string;

  @Answered.integer(COUNT)
  completed: number;
}

export class ThroughputResponse extends Analysis {
  @Answered.integer(COUNT)
  completed: number;

  @Answered.number({ nullable: true, minimum: 0, description: 'Mean of the weeks; null without any' })
  perWeek: number | null;

  @list(ThroughputWeek, 'Each week, those without completions too')
  weeks: ThroughputWeek[];
}

export class AgingFeature {
  @Answered.uuid()
  featureId: string;

  @Answered.text({ maxLength: 255 })
  name: string;

  @Answered.text(STAGE)
  stage: string;

  @Answered.time({ description: 'When its cycle began' })
  started: string;

  @Answered.bigint({ minimum: 0, description: 'Milliseconds since then' })
  age: number;

  @Answered.bigint({ minimum: 0, description: 'Milliseconds in the stage' })
  stageAge: number;

  @Answered.integer({
    nullable: true,
    example: 85,
    description: 'The highest of the percentiles 50, 70, 85, 95 of completed cycles that its age has passed',
  })
  beyondPercentile: number | null;
}

export class AgingStage extends StageTimes {
  @Answered.integer({ ...COUNT, description: 'Features that are in it now' })
  inProgress: number;
}

export class AgingResponse extends Analysis {
  @Answered.integer({ ...COUNT, description: 'Features in progress' })
  total: number;

  @Answered.integer({ ...COUNT, description: 'Completed cycles that they are compared with' })
  count: number;

  @ApiProperty({ type: PercentilesResponse, description: 'Of completed cycles' })
  percentiles: PercentilesResponse;

  @list(AgingStage, 'The age that completed cycles had when they left each stage for the last time')
  byStage: AgingStage[];

  @list(AgingFeature, 'The oldest first')
  features: AgingFeature[];
}

export class EfficiencyWeek {
  @Answered.date(WEEK)
  week: string;

  @Answered.integer(COUNT)
  count: number;

  @Answered.number(SHARE)
  efficiency: number | null;
}

export class FlowEfficiencyResponse extends Analysis {
  @Answered.texts({ description: 'The stages that counted as waiting' })
  waiting: string[];

  @Answered.integer({ ...COUNT, description: 'Completed cycles' })
  count: number;

  @Answered.number(SHARE)
  efficiency: number | null;

  @Answered.number({ ...SHARE, description: 'Of the cycles, each by itself; null without data' })
  median: number | null;

  @list(EfficiencyWeek, 'By the week of completion')
  byWeek: EfficiencyWeek[];
}
