import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../../auth/allow.decorator';
import { PathId } from '../../common/http/path-id';
import type { JsonText } from '../../common/http/representation';
import { AnswersPage, Problems } from '../../common/openapi/answers.decorator';
import { sendPage } from '../../common/pagination/page';
import { ListDaysQuery } from '../dto/list-days.query';
import { ForecastDayResponse } from './dto/forecast-day.response';
import { FeatureNotFound } from '../feature.errors';
import { HistoryService } from '../history/history.service';

@ApiTags('features')
@Controller('features/:id/forecast/history')
export class ForecastHistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get()
  @Allow('features.read')
  @ApiOperation({
    summary: 'List how the forecast of a feature moved, day by day',
    description:
      'An item for each day on which it was open and history said something about its stage: the last forecast of the day.',
  })
  @AnswersPage(ForecastDayResponse)
  @Problems(FeatureNotFound)
  async list(
    @PathId() id: string,
    @Query() query: ListDaysQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.history.forecasts(id, query), request, reply);
  }
}
