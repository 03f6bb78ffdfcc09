import { Body, Controller, Delete, Get, Put, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../auth/viewer';
import { PreconditionFailed } from '../common/errors/common.errors';
import { IfMatch, TakesIfMatch } from '../common/http/if-match.decorator';
import { PathId } from '../common/http/path-id';
import type { Representation } from '../common/http/representation';
import { AnswersNothing, AnswersOne, AnswersPut, Problems } from '../common/openapi/answers.decorator';
import { MetricsResponse } from './dto/metrics.response';
import { PutMetricsDto } from './dto/put-metrics.dto';
import { FeatureNotFound, MetricsNotFound } from './feature.errors';
import { MetricsService } from './metrics.service';

@ApiTags('features')
@Controller('features/:id/metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @Allow('features.read')
  @ApiOperation({ summary: "Read a feature's metrics" })
  @AnswersOne(MetricsResponse)
  @Problems(FeatureNotFound, MetricsNotFound)
  get(@PathId() id: string): Promise<Representation> {
    return this.metrics.get(id);
  }

  @Put()
  @Allow('features.update')
  @ApiOperation({ summary: "Replace a feature's metrics" })
  @TakesIfMatch()
  @AnswersPut(MetricsResponse, { readable: true })
  @Problems(FeatureNotFound, PreconditionFailed)
  async put(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @Body() input: PutMetricsDto,
    @IfMatch() versions: string[] | null,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Representation> {
    const { metrics, made } = await this.metrics.put(viewer, id, input, versions);
    if (made) void reply.status(201).header('Location', request.url.split('?', 1)[0]);
    return metrics;
  }

  @Delete()
  @Allow('features.update')
  @ApiOperation({ summary: "Delete a feature's metrics" })
  @TakesIfMatch()
  @AnswersNothing()
  @Problems(FeatureNotFound, MetricsNotFound, PreconditionFailed)
  remove(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @IfMatch() versions: string[] | null,
  ): Promise<void> {
    return this.metrics.remove(viewer, id, versions);
  }
}
