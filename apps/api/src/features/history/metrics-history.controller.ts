import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../../auth/allow.decorator';
import { PathId } from '../../common/http/path-id';
import type { JsonText } from '../../common/http/representation';
import { AnswersPage, Problems } from '../../common/openapi/answers.decorator';
import { sendPage } from '../../common/pagination/page';
import { ListDaysQuery } from '../dto/list-days.query';
import { MetricsDayResponse } from '../dto/metrics-day.response';
import { FeatureNotFound } from '../feature.errors';
import { HistoryService } from './history.service';

@ApiTags('features')
@Controller('features/:id/metrics/history')
export class MetricsHistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get()
  @Allow('features.read')
  @ApiOperation({
    summary: "List what a feature's metrics were, day by day",
    description: 'An item for each day on which they were written, as they were when it ended.',
  })
  @AnswersPage(MetricsDayResponse)
  @Problems(FeatureNotFound)
  async list(
    @PathId() id: string,
    @Query() query: ListDaysQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.history.metrics(id, query), request, reply);
  }
}
