import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AnswersAccepted, AnswersNothing, Problems } from '../common/openapi/answers.decorator';
import { AccountAccessService } from './account-access.service';
import { Public } from './allow.decorator';
import { InvalidLink, RegistrationClosed } from './auth.errors';
import { ForgotPasswordDto } from './dto/forgot-password.dto';
import { RegisterDto } from './dto/register.dto';
import { ResetPasswordDto } from './dto/reset-password.dto';
import { originOf } from './origins';

const ACCEPTED = { message: 'If this can be done, a mail is on its way to that address.' };

@ApiTags('auth')
@Controller('auth')
export class AccountAccessController {
  constructor(private readonly access: AccountAccessService) {}

  @Post('password/forgot')
  @Public()
  @ApiOperation({ summary: 'Ask for a mail with a link to set a new password' })
  @AnswersAccepted('The same whether there is such an account or not')
  async forgot(@Body() { email }: ForgotPasswordDto, @Req() request: FastifyRequest) {
    await this.access.forgot(email, originOf(request));
    return ACCEPTED;
  }

  @Post('password/reset')
  @Public()
  @ApiOperation({ summary: 'Set a password by the token of a link; all sessions end' })
  @AnswersNothing()
  @Problems(InvalidLink)
  reset(@Body() input: ResetPasswordDto, @Req() request: FastifyRequest): Promise<void> {
    return this.access.reset(input, originOf(request));
  }

  @Post('register')
  @Public()
  @ApiOperation({
    summary: 'Ask for an account, where registration is open: a mail brings a link to set its password',
  })
  @AnswersAccepted('The same whether the name and the address are free or not')
  @Problems(RegistrationClosed)
  async register(@Body() input: RegisterDto, @Req() request: FastifyRequest) {
    await this.access.register(input, originOf(request));
    return ACCEPTED;
  }
}
