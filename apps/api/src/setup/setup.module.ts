import { Module } from '@nestjs/common';
import { SessionsModule } from '../auth/sessions.module';
import { UsersModule } from '../users/users.module';
import { SetupController } from './setup.controller';
import { SetupService } from './setup.service';

@Module({ imports: [SessionsModule, UsersModule], controllers: [SetupController], providers: [SetupService] })
export class SetupModule {}
