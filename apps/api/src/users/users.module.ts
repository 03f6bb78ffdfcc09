import { Module } from '@nestjs/common';
import { SessionsModule } from '../auth/sessions.module';
import { BackupsModule } from '../backup/backups.module';
import { MailModule } from '../mail/mail.module';
import { AdministrationService } from './administration.service';
import { MeController } from './me.controller';
import { PasswordsService } from './passwords.service';
import { UsersController } from './users.controller';
import { UsersService } from './users.service';

@Module({
  imports: [SessionsModule, MailModule, BackupsModule],
  controllers: [MeController, UsersController],
  providers: [UsersService, AdministrationService, PasswordsService],
  exports: [UsersService],
})
export class UsersModule {}
