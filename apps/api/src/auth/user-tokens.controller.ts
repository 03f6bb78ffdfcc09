import { Body, Controller, Delete, Get, Header, Post, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PathId } from '../common/http/path-id';
import { JsonText } from '../common/http/representation';
import { Idempotent } from '../common/idempotency/idempotent.decorator';
import { AnswersAdded, AnswersNothing, AnswersPage, Problems } from '../common/openapi/answers.decorator';
import { PageQuery } from '../common/pagination/page.query';
import { pageRequest, sendPage } from '../common/pagination/page';
import { UserErased, UserNotFound } from '../users/user.errors';
import { Allow } from './allow.decorator';
import { ApiTokensService } from './api-tokens.service';
import { InvalidExpiry, ScopeNotAllowed, TokenNotFound } from './auth.errors';
import { CreateTokenDto } from './dto/create-token.dto';
import { NewTokenResponse, TokenResponse } from './dto/token.response';
import { CurrentViewer, type Viewer } from './viewer';

/** The tokens of others: agents cannot sign in, so an admin makes their first. */
@ApiTags('users')
@Controller('users/:id/tokens')
export class UserTokensController {
  constructor(private readonly tokens: ApiTokensService) {}

  @Get()
  @Allow('tokens.administer')
  @ApiOperation({ summary: 'List the API tokens of a user' })
  @AnswersPage(TokenResponse)
  @Problems(UserNotFound)
  async list(
    @PathId() owner: string,
    @Query() query: PageQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.tokens.listOf(owner, pageRequest(query, {})), request, reply);
  }

  @Post()
  @Allow('tokens.administer')
  @ApiOperation({ summary: 'Make an API token for a user, an agent say; it is shown this once' })
  @Header('Cache-Control', 'no-store')
  @Idempotent({ secrets: ['token'] })
  @AnswersAdded(NewTokenResponse)
  @Problems(UserNotFound, UserErased, ScopeNotAllowed, InvalidExpiry)
  async create(
    @CurrentViewer() viewer: Viewer,
    @PathId() owner: string,
    @Body() input: CreateTokenDto,
  ): Promise<JsonText> {
    return new JsonText(await this.tokens.createFor(viewer, owner, input));
  }

  @Delete(':tokenId')
  @Allow('tokens.administer')
  @ApiOperation({ summary: 'Revoke an API token of a user' })
  @AnswersNothing()
  @Problems(TokenNotFound)
  revoke(
    @CurrentViewer() viewer: Viewer,
    @PathId() owner: string,
    @PathId('tokenId') tokenId: string,
  ): Promise<void> {
    return this.tokens.revoke(viewer, owner, tokenId);
  }
}
