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
import { pageRequest, sendPage } from '../common/pagination/page';
import { CreateMessageDto } from './dto/create-message.dto';
import { ListMessagesQuery } from './dto/list-messages.query';
import { MessageResponse } from './dto/message.response';
import { UpdateMessageDto } from './dto/update-message.dto';
import { MessageDeleted, MessageNotFound, MessageTaskUnavailable } from './message.errors';
import { messageFilters } from './message.filters';
import { MessagesService } from './messages.service';

@ApiTags('messages')
@Controller('messages')
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Get()
  @Allow('messages.read')
  @ApiOperation({ summary: 'List messages' })
  @AnswersPage(MessageResponse)
  async list(
    @CurrentViewer() viewer: Viewer,
    @Query() query: ListMessagesQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const page = await this.messages.list(pageRequest(query, messageFilters(query, viewer)));
    return sendPage(page, request, reply);
  }

  @Post()
  @Allow('messages.create')
  @ApiOperation({ summary: 'Send a message' })
  @Idempotent()
  @AnswersCreated(MessageResponse)
  @Problems(MessageTaskUnavailable)
  async create(
    @CurrentViewer() viewer: Viewer,
    @Body() input: CreateMessageDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Representation> {
    return created(await this.messages.create(viewer, input), request, reply);
  }

  @Get(':id')
  @Allow('messages.read')
  @ApiOperation({ summary: 'Read a message', description: 'A deleted one still reads, empty.' })
  @AnswersOne(MessageResponse)
  @Problems(MessageNotFound)
  get(@PathId() id: string): Promise<Representation> {
    return this.messages.get(id);
  }

  @Patch(':id')
  @Allow('messages.update')
  @ApiOperation({ summary: 'Change what a message says', description: 'Its status becomes `edited`.' })
  @TakesIfMatch()
  @AnswersOne(MessageResponse)
  @Problems(MessageNotFound, PreconditionFailed, MessageDeleted)
  update(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @Body() patch: UpdateMessageDto,
    @IfMatch() versions: string[] | null,
  ): Promise<Representation> {
    return this.messages.update(viewer, id, patch, versions);
  }

  @Delete(':id')
  @Allow('messages.delete')
  @ApiOperation({
    summary: 'Delete a message',
    description: 'It keeps its place, empty; its attachments go with it.',
  })
  @TakesIfMatch()
  @AnswersNothing()
  @Problems(MessageNotFound, PreconditionFailed, MessageDeleted)
  remove(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @IfMatch() versions: string[] | null,
  ): Promise<void> {
    return this.messages.remove(viewer, id, versions);
  }
}
