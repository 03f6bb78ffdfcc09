import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Database } from '@app/database';
import { Allow } from '../auth/allow.decorator';
import type { JsonText } from '../common/http/representation';
import { AnswersPage } from '../common/openapi/answers.decorator';
import { pageRequest, sendPage } from '../common/pagination/page';
import { auditList } from './audit.queries';
import { AuditEntryResponse } from './dto/audit-entry.response';
import { ListAuditQuery } from './dto/list-audit.query';

@ApiTags('auth')
@Controller('auth/audit')
export class AuditController {
  constructor(private readonly database: Database) {}

  @Get()
  @Allow('audit.read')
  @ApiOperation({
    summary: 'List what happened to accounts: who did what, when and from where, newest first',
  })
  @AnswersPage(AuditEntryResponse)
  async list(
    @Query() query: ListAuditQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    const page = await auditList.page(this.database, pageRequest(query, { ...query }));
    return sendPage(page, request, reply);
  }
}
