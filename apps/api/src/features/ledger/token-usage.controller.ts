import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../../auth/viewer';
import { PathId } from '../../common/http/path-id';
import type { JsonText } from '../../common/http/representation';
import { Idempotent } from '../../common/idempotency/idempotent.decorator';
import { AnswersAdded, AnswersPage, Problems } from '../../common/openapi/answers.decorator';
import { sendPage } from '../../common/pagination/page';
import { ListTokenUsageQuery } from '../dto/list-token-usage.query';
import { TokenUsageDto } from '../dto/token-usage.dto';
import { TokenUsageResponse } from '../dto/token-usage.response';
import { CachedExceedInput, FeatureNotFound, UnknownStage } from '../feature.errors';
import { TokenUsageService } from './token-usage.service';

@ApiTags('features')
@Controller('features/:id/token-usage')
export class TokenUsageController {
  constructor(private readonly usage: TokenUsageService) {}

  @Get()
  @Allow('features.read')
  @ApiOperation({ summary: "List a feature's token usage" })
  @AnswersPage(TokenUsageResponse)
  @Problems(FeatureNotFound)
  async list(
    @PathId() id: string,
    @Query() query: ListTokenUsageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.usage.list(id, query), request, reply);
  }

  @Post()
  @Allow('features.update')
  @ApiOperation({
    summary: 'Record token usage',
    description: "Adds an entry to the feature's ledger; `tokensUsed` of its metrics is the sum.",
  })
  @Idempotent()
  @AnswersAdded(TokenUsageResponse)
  @Problems(FeatureNotFound, UnknownStage, CachedExceedInput)
  record(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @Body() input: TokenUsageDto,
  ): Promise<JsonText> {
    return this.usage.record(viewer, id, input);
  }
}
