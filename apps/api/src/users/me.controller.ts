import { Body, Controller, Get, Patch, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow } from '../auth/allow.decorator';
import { CurrentViewer, type Viewer } from '../auth/viewer';
import { PreconditionFailed } from '../common/errors/common.errors';
import { IfMatch, TakesIfMatch } from '../common/http/if-match.decorator';
import type { Representation } from '../common/http/representation';
import { AnswersNothing, AnswersOne, Problems } from '../common/openapi/answers.decorator';
import { ChangePasswordDto } from './dto/change-password.dto';
import { UpdateMeDto } from './dto/update-me.dto';
import { ProfileResponse } from './dto/user.response';
import { PasswordsService } from './passwords.service';
import { refuseEmailByToken } from './user.access';
import { EmailTaken, UsernameTaken, WrongPassword } from './user.errors';
import { UsersService } from './users.service';

@ApiTags('users')
@Controller('users/me')
export class MeController {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordsService,
  ) {}

  @Get()
  @Allow('profile.read')
  @ApiOperation({ summary: 'Read your profile' })
  @AnswersOne(ProfileResponse)
  get(@CurrentViewer() viewer: Viewer): Promise<Representation> {
    return this.users.profile(viewer.id);
  }

  @Patch()
  @Allow('profile.update')
  @ApiOperation({ summary: 'Change your username or email' })
  @TakesIfMatch()
  @AnswersOne(ProfileResponse)
  @Problems(PreconditionFailed, UsernameTaken, EmailTaken)
  update(
    @CurrentViewer() viewer: Viewer,
    @Body() { username, email }: UpdateMeDto,
    @IfMatch() versions: string[] | null,
  ): Promise<Representation> {
    refuseEmailByToken(viewer, email);
    return this.users.update(viewer, viewer.id, { username, email }, versions);
  }

  @Put('password')
  @Allow('password.change')
  @ApiOperation({ summary: 'Change your password' })
  @AnswersNothing()
  @Problems(WrongPassword)
  changePassword(@CurrentViewer() viewer: Viewer, @Body() input: ChangePasswordDto): Promise<void> {
    return this.passwords.change(viewer, input);
  }
}
