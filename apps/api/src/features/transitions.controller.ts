import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../auth/viewer';
import { PreconditionFailed } from '../common/errors/common.errors';
import { IfMatch, TakesIfMatch } from '../common/http/if-match.decorator';
import { PathId } from '../common/http/path-id';
import type { JsonText } from '../common/http/representation';
import { Idempotent } from '../common/idempotency/idempotent.decorator';
import { AnswersAdded, AnswersPage, Problems } from '../common/openapi/answers.decorator';
import { sendPage } from '../common/pagination/page';
import { ListTransitionsQuery } from './dto/list-transitions.query';
import { TransitionDto } from './dto/transition.dto';
import { TransitionResponse } from './dto/transition.response';
import {
  AlreadyInStage,
  BlockedByDependencies,
  FeatureNotFound,
  StageChanged,
  UnknownStage,
} from './feature.errors';
import { TransitionsService } from './transitions.service';

@ApiTags('features')
@Controller('features/:id/transitions')
export class TransitionsController {
  constructor(private readonly transitions: TransitionsService) {}

  @Get()
  @Allow('features.read')
  @ApiOperation({ summary: "List a feature's transitions" })
  @AnswersPage(TransitionResponse)
  @Problems(FeatureNotFound)
  async list(
    @PathId() id: string,
    @Query() query: ListTransitionsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.transitions.list(id, query), request, reply);
  }

  @Post()
  @Allow('features.transition')
  @ApiOperation({
    summary: 'Move a feature to another stage',
    description:
      'Any other stage will do, an earlier one too: that is rework. `If-Match` takes the `ETag` of the feature.',
  })
  @Idempotent()
  @TakesIfMatch()
  @AnswersAdded(TransitionResponse)
  @Problems(
    FeatureNotFound,
    PreconditionFailed,
    UnknownStage,
    StageChanged,
    AlreadyInStage,
    BlockedByDependencies,
  )
  move(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @Body() input: TransitionDto,
    @IfMatch() versions: string[] | null,
  ): Promise<JsonText> {
    return this.transitions.move(viewer, id, input, versions);
  }
}
