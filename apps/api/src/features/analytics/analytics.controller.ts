import { applyDecorators, Controller, Get, Header, Query, type Type } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '../../auth/allow.decorator';
import type { JsonText } from '../../common/http/representation';
import { Answers } from '../../common/openapi/answers.decorator';
import { AgingQuery, AnalyticsQuery, FlowEfficiencyQuery } from '../dto/analytics.query';
import {
  AgingResponse,
  CycleTimeResponse,
  FlowEfficiencyResponse,
  FlowResponse,
  ThroughputResponse,
} from '../dto/analytics.response';
import { CostResponse, ReworkResponse } from '../dto/cost.response';
import { AnalyticsService } from './analytics.service';

/** A read of one analysis. */
function Analysis(path: string, summary: string, type: Type): MethodDecorator {
  return applyDecorators(
    Get(path),
    Allow('features.read'),
    ApiOperation({ summary }),
    Header('Cache-Control', 'private, no-cache'),
    Header('Vary', 'Authorization'),
    Answers(type, 'The analysis, with its definition'),
  );
}

@ApiTags('features')
@Controller('features/analytics')
export class AnalyticsController {
  constructor(private readonly analytics: AnalyticsService) {}

  @Analysis('cycle-time', 'Analyse how long features take, whole and by stage', CycleTimeResponse)
  cycleTime(@Query() query: AnalyticsQuery): Promise<JsonText> {
    return this.analytics.cycleTime(query);
  }

  @Analysis('flow', 'Count the features in each stage by day', FlowResponse)
  flow(@Query() query: AnalyticsQuery): Promise<JsonText> {
    return this.analytics.flow(query);
  }

  @Analysis('throughput', 'Count what was completed by week', ThroughputResponse)
  throughput(@Query() query: AnalyticsQuery): Promise<JsonText> {
    return this.analytics.throughput(query);
  }

  @Analysis('aging', 'Compare features in progress with how long others took', AgingResponse)
  aging(@Query() query: AgingQuery): Promise<JsonText> {
    return this.analytics.aging(query);
  }

  @Analysis('flow-efficiency', 'Tell work from waiting', FlowEfficiencyResponse)
  flowEfficiency(@Query() query: FlowEfficiencyQuery): Promise<JsonText> {
    return this.analytics.flowEfficiency(query);
  }

  @Analysis('rework', 'Count the moves back to earlier stages', ReworkResponse)
  rework(@Query() query: AnalyticsQuery): Promise<JsonText> {
    return this.analytics.rework(query);
  }

  @Analysis('cost', 'Sum lines, coverage, tokens and their cost by stage and week', CostResponse)
  cost(@Query() query: AnalyticsQuery): Promise<JsonText> {
    return this.analytics.cost(query);
  }
}
