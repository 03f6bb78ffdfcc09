import { Module } from '@nestjs/common';
import { AccountLinksService } from './account-links.service';
import { AttemptsService } from './attempts.service';
import { OneTimeTokensService } from './one-time-tokens.service';
import { SessionsService } from './sessions.service';

/** On its own, since users end sessions and sessions know nothing of users. */
@Module({
  providers: [SessionsService, OneTimeTokensService, AccountLinksService, AttemptsService],
  exports: [SessionsService, OneTimeTokensService, AccountLinksService, AttemptsService],
})
export class SessionsModule {}
