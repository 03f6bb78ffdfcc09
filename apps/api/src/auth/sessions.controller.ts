import { Controller, Delete, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PathId } from '../common/http/path-id';
import type { JsonText } from '../common/http/representation';
import { AnswersNothing, AnswersPage, Problems } from '../common/openapi/answers.decorator';
import { PageQuery } from '../common/pagination/page.query';
import { pageRequest, sendPage } from '../common/pagination/page';
import { Allow } from './allow.decorator';
import { SessionNotFound } from './auth.errors';
import { AuthService } from './auth.service';
import { SessionResponse } from './dto/session.response';
import { CurrentViewer, type Viewer } from './viewer';

@ApiTags('auth')
@Controller('auth')
export class SessionsController {
  constructor(private readonly auth: AuthService) {}

  @Get('sessions')
  @Allow('sessions.manage')
  @ApiOperation({ summary: 'List where you are signed in' })
  @AnswersPage(SessionResponse)
  async list(
    @CurrentViewer() viewer: Viewer,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.auth.listSessions(viewer, pageRequest(query, {})), request, reply);
  }

  @Delete('sessions/:id')
  @Allow('sessions.manage')
  @ApiOperation({ summary: 'End one of your sessions' })
  @AnswersNothing()
  @Problems(SessionNotFound)
  end(@CurrentViewer() viewer: Viewer, @PathId() id: string): Promise<void> {
    return this.auth.endSession(viewer, id);
  }

  @Post('logout')
  @Allow('sessions.manage')
  @ApiOperation({ summary: 'End this session' })
  @AnswersNothing()
  logout(@CurrentViewer() viewer: Viewer): Promise<void> {
    return this.auth.logout(viewer);
  }

  @Post('logout-all')
  @Allow('sessions.manage')
  @ApiOperation({ summary: 'End all your sessions, this one among them' })
  @AnswersNothing()
  logoutAll(@CurrentViewer() viewer: Viewer): Promise<void> {
    return this.auth.logoutAll(viewer);
  }
}
