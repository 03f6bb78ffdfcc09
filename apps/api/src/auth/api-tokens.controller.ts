import { Body, Controller, Delete, Get, Header, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PathId } from '../common/http/path-id';
import { JsonText } from '../common/http/representation';
import { Idempotent } from '../common/idempotency/idempotent.decorator';
import { AnswersAdded, AnswersNothing, AnswersPage, Problems } from '../common/openapi/answers.decorator';
import { PageQuery } from '../common/pagination/page.query';
import { pageRequest, sendPage } from '../common/pagination/page';
import { Allow } from './allow.decorator';
import { ApiTokensService } from './api-tokens.service';
import { InvalidExpiry, ScopeNotAllowed, TokenNotFound } from './auth.errors';
import { CreateTokenDto } from './dto/create-token.dto';
import { RotateTokenDto } from './dto/rotate-token.dto';
import { NewTokenResponse, TokenResponse } from './dto/token.response';
import { CurrentViewer, type Viewer } from './viewer';

@ApiTags('auth')
@Controller('auth/tokens')
export class ApiTokensController {
  constructor(private readonly tokens: ApiTokensService) {}

  @Get()
  @Allow('tokens.manage')
  @ApiOperation({ summary: 'List your API tokens' })
  @AnswersPage(TokenResponse)
  async list(
    @CurrentViewer() viewer: Viewer,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.tokens.list(viewer.id, pageRequest(query, {})), request, reply);
  }

  @Post()
  @Allow('tokens.manage')
  @ApiOperation({ summary: 'Make an API token; it is shown this once' })
  @Header('Cache-Control', 'no-store')
  @Idempotent({ secrets: ['token'] })
  @AnswersAdded(NewTokenResponse)
  @Problems(ScopeNotAllowed, InvalidExpiry)
  async create(@CurrentViewer() viewer: Viewer, @Body() input: CreateTokenDto): Promise<JsonText> {
    return new JsonText(await this.tokens.create(viewer, input));
  }

  @Delete(':id')
  @Allow('tokens.manage')
  @ApiOperation({ summary: 'Revoke one of your API tokens' })
  @AnswersNothing()
  @Problems(TokenNotFound)
  revoke(@CurrentViewer() viewer: Viewer, @PathId() id: string): Promise<void> {
    return this.tokens.revoke(viewer, viewer.id, id);
  }

  @Post(':id/rotate')
  @Allow('tokens.manage')
  @ApiOperation({ summary: 'Replace one of your API tokens; the new one is shown this once' })
  @Header('Cache-Control', 'no-store')
  @Idempotent({ secrets: ['token'] })
  @AnswersAdded(NewTokenResponse)
  @Problems(TokenNotFound)
  async rotate(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @Body() { overlapSeconds = 0 }: RotateTokenDto,
  ): Promise<JsonText> {
    return new JsonText(await this.tokens.rotate(viewer, id, overlapSeconds));
  }
}
