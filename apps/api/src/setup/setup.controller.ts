import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../auth/allow.decorator';
import { created } from '../common/http/created';
import type { Representation } from '../common/http/representation';
import { AnswersCreated, Problems } from '../common/openapi/answers.decorator';
import { ProfileResponse } from '../users/dto/user.response';
import { EmailTaken, UsernameTaken } from '../users/user.errors';
import { SetupDto } from './dto/setup.dto';
import { InvalidSetupToken, SetupDone } from './setup.errors';
import { SetupService } from './setup.service';

@ApiTags('setup')
@Controller('setup')
export class SetupController {
  constructor(private readonly setup: SetupService) {}

  @Post()
  @Public()
  @ApiOperation({ summary: 'Make the first administrator, by the link that the start printed' })
  @AnswersCreated(ProfileResponse)
  @Problems(InvalidSetupToken, SetupDone, UsernameTaken, EmailTaken)
  async redeem(
    @Body() input: SetupDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Representation> {
    const users = request.url.replace(/\/setup.*$/, '/users');
    return created(await this.setup.redeem(input, request.id), request, reply, users);
  }
}
