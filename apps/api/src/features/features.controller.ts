import { Body, Controller, Delete, Get, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../auth/viewer';
import { PreconditionFailed } from '../common/errors/common.errors';
import { created } from '../common/http/created';
import { IfMatch, TakesIfMatch } from '../common/http/if-match.decorator';
import { PathId } from '../common/http/path-id';
import type { JsonText, Representation } from '../common/http/representation';
import { Idempotent } from '../common/idempotency/idempotent.decorator';
import {
  AnswersCreated,
  AnswersNothing,
  AnswersOne,
  AnswersPage,
  Problems,
} from '../common/openapi/answers.decorator';
import { sendPage } from '../common/pagination/page';
import { CreateFeatureDto } from './dto/create-feature.dto';
import { FeatureResponse } from './dto/feature.response';
import { ListFeaturesQuery } from './dto/list-features.query';
import { UpdateFeatureDto } from './dto/update-feature.dto';
import { FeatureNotFound, HasDependents, UnknownStage } from './feature.errors';
import { FeaturesService } from './features.service';

@ApiTags('features')
@Controller('features')
export class FeaturesController {
  constructor(private readonly features: FeaturesService) {}

  @Get()
  @Allow('features.read')
  @ApiOperation({ summary: 'List features' })
  @AnswersPage(FeatureResponse)
  async list(
    @Query() query: ListFeaturesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.features.list(query), request, reply);
  }

  @Post()
  @Allow('features.create')
  @ApiOperation({ summary: 'Create a feature' })
  @Idempotent()
  @AnswersCreated(FeatureResponse)
  @Problems(UnknownStage)
  async create(
    @CurrentViewer() viewer: Viewer,
    @Body() input: CreateFeatureDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Representation> {
    return created(await this.features.create(viewer, input), request, reply);
  }

  @Get(':id')
  @Allow('features.read')
  @ApiOperation({ summary: 'Read a feature' })
  @AnswersOne(FeatureResponse)
  @Problems(FeatureNotFound)
  get(@PathId() id: string): Promise<Representation> {
    return this.features.get(id);
  }

  @Patch(':id')
  @Allow('features.update')
  @ApiOperation({ summary: 'Change a feature', description: 'Its stage changes by transitions.' })
  @TakesIfMatch()
  @AnswersOne(FeatureResponse)
  @Problems(FeatureNotFound, PreconditionFailed)
  update(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @Body() patch: UpdateFeatureDto,
    @IfMatch() versions: string[] | null,
  ): Promise<Representation> {
    return this.features.update(viewer, id, patch, versions);
  }

  @Delete(':id')
  @Allow('features.delete')
  @ApiOperation({
    summary: 'Delete a feature for good',
    description: 'Its metrics, its history and its own dependencies go with it.',
  })
  @TakesIfMatch()
  @AnswersNothing()
  @Problems(FeatureNotFound, PreconditionFailed, HasDependents)
  remove(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @IfMatch() versions: string[] | null,
  ): Promise<void> {
    return this.features.remove(viewer, id, versions);
  }
}
