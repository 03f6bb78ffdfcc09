import { Body, Controller, Delete, Get, Put, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../auth/viewer';
import { PathId } from '../common/http/path-id';
import type { JsonText } from '../common/http/representation';
import { AnswersNothing, AnswersPage, AnswersPut, Problems } from '../common/openapi/answers.decorator';
import { sendPage } from '../common/pagination/page';
import { DependenciesService } from './dependencies.service';
import { DependencyResponse } from './dto/dependency.response';
import { ListDependenciesQuery } from './dto/list-dependencies.query';
import { PutDependencyDto } from './dto/put-dependency.dto';
import { DependencyCycle, DependencyNotFound, FeatureNotFound, TooManyDependencies } from './feature.errors';

@ApiTags('features')
@Controller('features/:id/dependencies')
export class DependenciesController {
  constructor(private readonly dependencies: DependenciesService) {}

  @Get()
  @Allow('features.read')
  @ApiOperation({
    summary: 'List what a feature depends on',
    description: 'All of it at once, oldest first: up to 1,000 items, and `nextCursor` is always null.',
  })
  @AnswersPage(DependencyResponse)
  @Problems(FeatureNotFound)
  async list(
    @PathId() id: string,
    @Query() { completed }: ListDependenciesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.dependencies.list(id, completed ?? null), request, reply);
  }

  @Put(':dependsOnId')
  @Allow('features.update')
  @ApiOperation({ summary: 'Make a feature depend on another' })
  @AnswersPut(DependencyResponse, { readable: false })
  @Problems(FeatureNotFound, DependencyCycle, TooManyDependencies)
  async put(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @PathId('dependsOnId') dependsOnId: string,
    @Body() { type = 'finish_to_start' }: PutDependencyDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const { dependency, made } = await this.dependencies.put(viewer, id, dependsOnId, type);
    if (made) void reply.status(201);
    return dependency;
  }

  @Delete(':dependsOnId')
  @Allow('features.update')
  @ApiOperation({ summary: 'Make a feature independent of another' })
  @AnswersNothing()
  @Problems(FeatureNotFound, DependencyNotFound)
  remove(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @PathId('dependsOnId') dependsOnId: string,
  ): Promise<void> {
    return this.dependencies.remove(viewer, id, dependsOnId);
  }
}
