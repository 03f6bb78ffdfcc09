import { Module } from '@nestjs/common';
import { OneTimeTokensService } from './one-time-tokens.service';
import { SessionsService } from './sessions.service';

/** On its own, since users end sessions and sessions know nothing of users. */
@Module({
  providers: [SessionsService, OneTimeTokensService],
  exports: [SessionsService, OneTimeTokensService],
})
export class SessionsModule {}
