import { Body, Controller, Header, Post, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { JsonText } from '../common/http/representation';
import { Answers, Problems } from '../common/openapi/answers.decorator';
import { Public } from './allow.decorator';
import { InvalidCredentials, InvalidRefreshToken } from './auth.errors';
import { AuthService } from './auth.service';
import { LoginDto } from './dto/login.dto';
import { RefreshDto } from './dto/refresh.dto';
import { SignedInResponse } from './dto/signed-in.response';
import { originOf } from './origins';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('login')
  @Public()
  @ApiOperation({ summary: 'Sign in' })
  @Header('Cache-Control', 'no-store')
  @Answers(SignedInResponse, 'Signed in')
  @Problems(InvalidCredentials)
  async login(@Body() input: LoginDto, @Req() request: FastifyRequest): Promise<JsonText> {
    return new JsonText(await this.auth.login(input, originOf(request)));
  }

  @Post('refresh')
  @Public()
  @ApiOperation({ summary: 'Trade a refresh token for new tokens' })
  @Header('Cache-Control', 'no-store')
  @Answers(SignedInResponse, 'New tokens; the old refresh token is spent')
  @Problems(InvalidRefreshToken)
  async refresh(@Body() { refreshToken }: RefreshDto, @Req() request: FastifyRequest): Promise<JsonText> {
    return new JsonText(await this.auth.refresh(refreshToken, originOf(request)));
  }
}
