import { Body, Controller, Delete, Get, Header, Patch, Post, Query, Req, Res } from '@nestjs/common';
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
  Answers,
  AnswersCreated,
  AnswersNothing,
  AnswersOne,
  AnswersPage,
  Problems,
} from '../common/openapi/answers.decorator';
import { pageRequest, sendPage } from '../common/pagination/page';
import { AdministrationService } from './administration.service';
import { CreateUserDto } from './dto/create-user.dto';
import { ListUsersQuery } from './dto/list-users.query';
import { NewUserResponse } from './dto/new-user.response';
import { PasswordLinkResponse } from './dto/password-link.response';
import { UpdateUserDto } from './dto/update-user.dto';
import { ProfileResponse, UserResponse } from './dto/user.response';
import { EmailTaken, LastAdmin, NoPassword, UserErased, UsernameTaken, UserNotFound } from './user.errors';
import { UsersService } from './users.service';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly administration: AdministrationService,
  ) {}

  @Get()
  @Allow('users.read')
  @ApiOperation({ summary: 'List users; emails for admins alone' })
  @AnswersPage(UserResponse)
  async list(
    @CurrentViewer() viewer: Viewer,
    @Query() query: ListUsersQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<JsonText> {
    return sendPage(await this.users.list(viewer, pageRequest(query, { ...query })), request, reply);
  }

  @Post()
  @Allow('users.manage')
  @ApiOperation({ summary: 'Create a user' })
  @Header('Cache-Control', 'no-store')
  @Idempotent({ secrets: ['invitationLink'] })
  @AnswersCreated(NewUserResponse)
  @Problems(UsernameTaken, EmailTaken)
  async create(
    @CurrentViewer() viewer: Viewer,
    @Body() input: CreateUserDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Representation> {
    return created(await this.administration.create(viewer, input), request, reply);
  }

  @Get(':id')
  @Allow('users.read')
  @ApiOperation({ summary: 'Read a user; the email is your own or for admins alone' })
  @AnswersOne(UserResponse)
  @Problems(UserNotFound)
  get(@CurrentViewer() viewer: Viewer, @PathId() id: string): Promise<Representation> {
    return this.users.get(viewer, id);
  }

  @Patch(':id')
  @Allow('users.manage')
  @ApiOperation({ summary: 'Change a user, their role or status' })
  @TakesIfMatch()
  @AnswersOne(ProfileResponse)
  @Problems(UserNotFound, PreconditionFailed, UserErased, LastAdmin, UsernameTaken, EmailTaken)
  update(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @Body() patch: UpdateUserDto,
    @IfMatch() versions: string[] | null,
  ): Promise<Representation> {
    return this.administration.update(viewer, id, patch, versions);
  }

  @Delete(':id')
  @Allow('users.manage')
  @ApiOperation({ summary: 'Erase a person; their work stays' })
  @TakesIfMatch()
  @AnswersNothing()
  @Problems(UserNotFound, PreconditionFailed, UserErased, LastAdmin)
  erase(
    @CurrentViewer() viewer: Viewer,
    @PathId() id: string,
    @IfMatch() versions: string[] | null,
  ): Promise<void> {
    return this.administration.erase(viewer, id, versions);
  }

  @Post(':id/logout')
  @Allow('users.manage')
  @ApiOperation({ summary: 'End all sessions of a user' })
  @AnswersNothing()
  @Problems(UserNotFound, UserErased)
  logout(@CurrentViewer() viewer: Viewer, @PathId() id: string): Promise<void> {
    return this.administration.logout(viewer, id);
  }

  @Post(':id/password-reset')
  @Allow('users.manage')
  @ApiOperation({ summary: 'Have a link made that sets the password of a user' })
  @Header('Cache-Control', 'no-store')
  @Idempotent({ secrets: ['link'] })
  @Answers(PasswordLinkResponse, 'The link, or null: it goes to the user by mail')
  @Problems(UserNotFound, UserErased, NoPassword)
  async resetPassword(@CurrentViewer() viewer: Viewer, @PathId() id: string): Promise<PasswordLinkResponse> {
    return { link: await this.administration.resetPassword(viewer, id) };
  }
}
