import { Module } from '@nestjs/common';
import { SessionsService } from './sessions.service';

/** On its own, since users end sessions and sessions know nothing of users. */
@Module({ providers: [SessionsService], exports: [SessionsService] })
export class SessionsModule {}
