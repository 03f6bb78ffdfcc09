import { ApiProperty } from '@nestjs/swagger';
import { Answered } from '../../common/openapi/answered.decorator';
import { Analysis, COUNT, DEFINITION, list, SHARE, STAGE, WEEK } from './analysis';

export class ReworkMove {
  @Answered.text(STAGE)
  fromStage: string;

  @Answered.text(STAGE)
  toStage: string;

  @Answered.integer(COUNT)
  count: number;
}

export class ReworkWeek {
  @Answered.date(WEEK)
  week: string;

  @Answered.integer(COUNT)
  moves: number;

  @Answered.integer(COUNT)
  backward: number;
}

export class ReworkResponse extends Analysis {
  @Answered.integer({ ...COUNT, description: 'Moves between stages' })
  moves: number;

  @Answered.integer({ ...COUNT, description: 'Those to an earlier stage' })
  backward: number;

  @Answered.number(SHARE)
  rate: number | null;

  @Answered.integer({ ...COUNT, description: 'Features that moved' })
  features: number;

  @Answered.integer({ ...COUNT, description: 'Features that moved backward at least once' })
  reworked: number;

  @list(ReworkMove, 'Backward moves, the most frequent first')
  byMove: ReworkMove[];

  @list(ReworkWeek, 'By the week of the move')
  byWeek: ReworkWeek[];
}

abstract class Cost {
  @Answered.integer({ ...COUNT, description: 'Features whose metrics these are' })
  features: number;

  @Answered.bigint({ description: 'Net lines: less than 0 where more went than came' })
  linesOfCode: number;

  @Answered.number({
    nullable: true,
    minimum: 0,
    maximum: 100,
    description: 'Mean `testCoverage` of the features that have one, percent',
  })
  testCoverage: number | null;

  @Answered.bigint({ ...COUNT, description: 'Tokens of the ledger' })
  tokens: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'number', minimum: 0 },
    description: 'What the tokens cost, by currency',
    example: { USD: 12.5 },
  })
  cost: Record<string, number>;
}

export class StageCost extends Cost {
  @Answered.text(STAGE)
  stage: string;
}

export class WeekCost extends Cost {
  @Answered.date(WEEK)
  week: string;
}

export class CostResponse extends Cost {
  @Answered.text(DEFINITION)
  definition: string;

  @list(StageCost, 'In the order of the stages')
  byStage: StageCost[];

  @list(WeekCost, 'By week')
  byWeek: WeekCost[];
}
