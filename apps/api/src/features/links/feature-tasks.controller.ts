import { Controller, Delete, Get, Put, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../../auth/viewer';
import { PathId } from '../../common/http/path-id';
import type { JsonText } from '../../common/http/representation';
import { AnswersNothing, AnswersPage, AnswersPut, Problems } from '../../common/openapi/answers.decorator';
import { sendPage } from '../../common/pagination/page';
import { TaskNotFound } from '../../tasks/task.errors';
import { LinkedTaskResponse } from '../dto/linked-task.response';
import { FeatureNotFound, TaskNotLinked, TooManyTasks } from '../feature.errors';
import { FeatureTasksService } from './feature-tasks.service';

@ApiTags('features')
@Controller('features/:id/tasks')
export class FeatureTasksController {
  constructor(private readonly links: FeatureTasksService) {}

  @Get()
  @Allow('features.read')
  @ApiOperation({
    summary: "List a feature's tasks",
    description:
      'All of them at once, oldest link first: up to 1,000 items, and `nextCursor` is always null.',
  })
  @AnswersPage(LinkedTaskResponse)
  @Problems(FeatureNotFound)
  async list(
    @PathId() id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.links.list(id), request, reply);
  }

  @Put(':taskId')
  @Allow('features.update')
  @ApiOperation({ summary: 'Make a task part of a feature' })
  @AnswersPut(LinkedTaskResponse, { readable: false })
  @Problems(FeatureNotFound, TaskNotFound, TooManyTasks)
  async link(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @PathId('taskId') taskId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const { link, made } = await this.links.link(viewer, id, taskId);
    if (made) void reply.status(201);
    return link;
  }

  @Delete(':taskId')
  @Allow('features.update')
  @ApiOperation({ summary: 'Take a task out of a feature' })
  @AnswersNothing()
  @Problems(FeatureNotFound, TaskNotFound, TaskNotLinked)
  unlink(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @PathId('taskId') taskId: string,
  ): Promise<void> {
    return this.links.unlink(viewer, id, taskId);
  }
}
