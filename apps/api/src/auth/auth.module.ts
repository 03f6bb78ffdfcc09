import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { RequestRates } from '../common/rates/request-rates';
import { CONFIG, type Config } from '../config/config';
import { MailModule } from '../mail/mail.module';
import { UsersModule } from '../users/users.module';
import { AccessTokens, AUDIENCE, ISSUER } from './access-tokens';
import { AccountAccessController } from './account-access.controller';
import { AccountAccessService } from './account-access.service';
import { ApiTokenCheck } from './api-token-check.service';
import { ApiTokensController } from './api-tokens.controller';
import { ApiTokensService } from './api-tokens.service';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { JwtStrategy } from './jwt.strategy';
import { SessionsController } from './sessions.controller';
import { SessionsModule } from './sessions.module';
import { SIGNING_KEY } from './signing-key';
import { SigningKeyModule } from './signing-key.module';
import { UserTokensController } from './user-tokens.controller';

@Module({
  imports: [
    SessionsModule,
    UsersModule,
    MailModule,
    SigningKeyModule,
    JwtModule.registerAsync({
      imports: [SigningKeyModule],
      inject: [SIGNING_KEY, CONFIG],
      useFactory: (secret: string, { ACCESS_TOKEN_SECONDS }: Config) => ({
        secret,
        signOptions: {
          algorithm: 'HS256',
          expiresIn: ACCESS_TOKEN_SECONDS,
          issuer: ISSUER,
          audience: AUDIENCE,
        },
      }),
    }),
  ],
  controllers: [
    AuthController,
    AccountAccessController,
    SessionsController,
    ApiTokensController,
    UserTokensController,
  ],
  providers: [
    AuthService,
    AccessTokens,
    AccountAccessService,
    JwtStrategy,
    RequestRates,
    ApiTokensService,
    ApiTokenCheck,
  ],
  exports: [SessionsModule, ApiTokenCheck, RequestRates],
})
export class AuthModule {}
