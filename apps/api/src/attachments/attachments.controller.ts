import { Controller, Delete, Get, Post, Query, Req, Res, type StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow } from '../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../auth/viewer';
import { PreconditionFailed } from '../common/errors/common.errors';
import { IfMatch, TakesIfMatch } from '../common/http/if-match.decorator';
import { PathId } from '../common/http/path-id';
import type { JsonText, Representation } from '../common/http/representation';
import { TakesIdempotencyKey } from '../common/idempotency/idempotent.decorator';
import {
  AnswersCreated,
  AnswersNothing,
  AnswersOne,
  AnswersPage,
  Problems,
} from '../common/openapi/answers.decorator';
import { pageRequest, sendPage } from '../common/pagination/page';
import { AttachmentContentGone, AttachmentNotFound, RangeNotSatisfiable } from './attachment.errors';
import { attachmentFilters } from './attachment.filters';
import { AttachmentsService } from './attachments.service';
import { AnswersFile } from './content/answers-file.decorator';
import { sendFile } from './content/send-file';
import { AttachmentResponse } from './dto/attachment.response';
import { ListAttachmentsQuery } from './dto/list-attachments.query';
import { UPLOAD_FORM } from './dto/upload-attachment.dto';
import type { MultipartReader } from './multipart/multipart-reader';
import { MultipartBody, TakesMultipart } from './multipart/takes-multipart.decorator';
import { sendUpload, uploadRequest } from './send-upload';
import { UPLOAD_PROBLEMS, UploadsService } from './uploads.service';

@ApiTags('attachments')
@Controller('attachments')
export class AttachmentsController {
  constructor(
    private readonly attachments: AttachmentsService,
    private readonly uploads: UploadsService,
  ) {}

  @Get()
  @Allow('attachments.read')
  @ApiOperation({ summary: 'List attachments' })
  @AnswersPage(AttachmentResponse)
  async list(
    @CurrentViewer() viewer: Viewer,
    @Query() query: ListAttachmentsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const page = await this.attachments.list(pageRequest(query, attachmentFilters(query, viewer)));
    return sendPage(page, request, reply);
  }

  @Post()
  @Allow('attachments.create')
  @ApiOperation({
    summary: 'Upload a file',
    description: 'To a task, to a message, or to a message about that task. The fields come before the file.',
  })
  @TakesMultipart()
  @ApiBody(UPLOAD_FORM)
  @TakesIdempotencyKey()
  @AnswersCreated(AttachmentResponse)
  @Problems(...UPLOAD_PROBLEMS)
  async upload(
    @CurrentViewer() viewer: Viewer,
    @MultipartBody() form: MultipartReader,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendUpload(await this.uploads.upload(viewer, form, uploadRequest(request)), reply);
  }

  @Get(':id')
  @Allow('attachments.read')
  @ApiOperation({ summary: 'Read what is known of an attachment' })
  @AnswersOne(AttachmentResponse)
  @Problems(AttachmentNotFound)
  get(@PathId() id: string): Promise<Representation> {
    return this.attachments.get(id);
  }

  @Get(':id/content')
  @Allow('attachments.read')
  @RouteConfig({ raw: true })
  @ApiOperation({ summary: 'Download a file', description: 'Whole, or the part that `Range` asks for.' })
  @AnswersFile()
  @Problems(AttachmentNotFound, AttachmentContentGone, RangeNotSatisfiable)
  async content(
    @PathId() id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return sendFile(await this.attachments.file(id), request, reply);
  }

  @Delete(':id')
  @Allow('attachments.delete')
  @ApiOperation({ summary: 'Delete an attachment' })
  @TakesIfMatch()
  @AnswersNothing()
  @Problems(AttachmentNotFound, PreconditionFailed)
  remove(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @IfMatch() versions: string[] | null,
  ): Promise<void> {
    return this.attachments.remove(viewer, id, versions);
  }
}
