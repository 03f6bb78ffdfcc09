import { Body, Controller, Delete, Get, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../auth/viewer';
import { PreconditionFailed } from '../common/errors/common.errors';
import { IfMatch, TakesIfMatch } from '../common/http/if-match.decorator';
import { created } from '../common/http/created';
import { PathId } from '../common/http/path-id';
import type { JsonText, Representation } from '../common/http/representation';
import {
  AnswersCreated,
  AnswersNothing,
  AnswersOne,
  AnswersPage,
  Problems,
} from '../common/openapi/answers.decorator';
import { pageRequest, sendPage } from '../common/pagination/page';
import { Idempotent } from '../common/idempotency/idempotent.decorator';
import { CreateTaskDto } from './dto/create-task.dto';
import { ListTasksQuery } from './dto/list-tasks.query';
import { TaskResponse } from './dto/task.response';
import { UpdateTaskDto } from './dto/update-task.dto';
import { AssigneeInactive, TaskNotFound } from './task.errors';
import { taskFilters } from './task.filters';
import { TasksService } from './tasks.service';

@ApiTags('tasks')
@Controller('tasks')
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  @Get()
  @Allow('tasks.read')
  @ApiOperation({ summary: 'List tasks' })
  @AnswersPage(TaskResponse)
  async list(
    @CurrentViewer() viewer: Viewer,
    @Query() query: ListTasksQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.tasks.list(pageRequest(query, taskFilters(query, viewer))), request, reply);
  }

  @Post()
  @Allow('tasks.create')
  @ApiOperation({ summary: 'Create a task' })
  @Idempotent()
  @AnswersCreated(TaskResponse)
  @Problems(AssigneeInactive)
  async create(
    @CurrentViewer() viewer: Viewer,
    @Body() input: CreateTaskDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Representation> {
    return created(await this.tasks.create(viewer, input), request, reply);
  }

  @Get(':id')
  @Allow('tasks.read')
  @ApiOperation({ summary: 'Read a task' })
  @AnswersOne(TaskResponse)
  @Problems(TaskNotFound)
  get(@PathId() id: string): Promise<Representation> {
    return this.tasks.get(id);
  }

  @Patch(':id')
  @Allow('tasks.update')
  @ApiOperation({ summary: 'Change a task' })
  @TakesIfMatch()
  @AnswersOne(TaskResponse)
  @Problems(TaskNotFound, PreconditionFailed, AssigneeInactive)
  update(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @Body() patch: UpdateTaskDto,
    @IfMatch() versions: string[] | null,
  ): Promise<Representation> {
    return this.tasks.update(viewer, id, patch, versions);
  }

  @Delete(':id')
  @Allow('tasks.delete')
  @ApiOperation({ summary: 'Delete a task' })
  @TakesIfMatch()
  @AnswersNothing()
  @Problems(TaskNotFound, PreconditionFailed)
  remove(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @IfMatch() versions: string[] | null,
  ): Promise<void> {
    return this.tasks.remove(viewer, id, versions);
  }

  @Post(':id/restore')
  @Allow('tasks.restore')
  @ApiOperation({
    summary: 'Undo the deletion of a task',
    description:
      'With its messages and attachments, as they were, for `TRASH_RETENTION_DAYS` days, which the administrator sets; after that, 404. A task that is not deleted is answered as it is.',
  })
  @Idempotent()
  @AnswersOne(TaskResponse)
  @Problems(TaskNotFound)
  restore(@CurrentViewer() viewer: Viewer, @PathId() id: string): Promise<Representation> {
    return this.tasks.restore(viewer, id);
  }
}
