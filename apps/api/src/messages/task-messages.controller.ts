import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../auth/viewer';
import { PathId } from '../common/http/path-id';
import type { JsonText } from '../common/http/representation';
import { AnswersPage, Problems } from '../common/openapi/answers.decorator';
import { pageRequest, sendPage } from '../common/pagination/page';
import { TaskNotFound } from '../tasks/task.errors';
import { ListTaskMessagesQuery } from './dto/list-messages.query';
import { MessageResponse } from './dto/message.response';
import { messageFilters } from './message.filters';
import { MessagesService } from './messages.service';

@ApiTags('messages')
@Controller('tasks/:id/messages')
export class TaskMessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Get()
  @Allow('messages.read')
  @ApiOperation({ summary: 'List the messages about a task' })
  @AnswersPage(MessageResponse)
  @Problems(TaskNotFound)
  async list(
    @CurrentViewer() viewer: Viewer,
    @PathId() taskId: string,
    @Query() query: ListTaskMessagesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const page = await this.messages.listOfTask(taskId, pageRequest(query, messageFilters(query, viewer)));
    return sendPage(page, request, reply);
  }
}
