import { Module } from '@nestjs/common';
import { SessionsModule } from '../auth/sessions.module';
import { MailDispatcher } from './mail.dispatcher';
import { MailsService } from './mails.service';

@Module({
  imports: [SessionsModule],
  providers: [MailsService, MailDispatcher],
  exports: [MailsService],
})
export class MailModule {}
