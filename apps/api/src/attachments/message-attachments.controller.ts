import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../auth/viewer';
import { PathId } from '../common/http/path-id';
import type { JsonText } from '../common/http/representation';
import { AnswersPage, Problems } from '../common/openapi/answers.decorator';
import { pageRequest, sendPage } from '../common/pagination/page';
import { MessageNotFound } from '../messages/message.errors';
import { attachmentFilters } from './attachment.filters';
import { AttachmentsService } from './attachments.service';
import { AttachmentResponse } from './dto/attachment.response';
import { AttachmentFilters } from './dto/list-attachments.query';

@ApiTags('attachments')
@Controller('messages/:id/attachments')
export class MessageAttachmentsController {
  constructor(private readonly attachments: AttachmentsService) {}

  @Get()
  @Allow('attachments.read')
  @ApiOperation({ summary: 'List the attachments of a message' })
  @AnswersPage(AttachmentResponse)
  @Problems(MessageNotFound)
  async list(
    @CurrentViewer() viewer: Viewer,
    @PathId() messageId: string,
    @Query() query: AttachmentFilters,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const asked = pageRequest(query, attachmentFilters(query, viewer));
    return sendPage(await this.attachments.listOfMessage(messageId, asked), request, reply);
  }
}
