import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { UsersModule } from '../users/users.module';
import { ACCESS_TOKEN_SECONDS, AccessTokens, AUDIENCE, ISSUER } from './access-tokens';
import { ApiTokenCheck } from './api-token-check.service';
import { ApiTokensController } from './api-tokens.controller';
import { ApiTokensService } from './api-tokens.service';
import { AuthController } from './auth.controller';
import { AuthService } from './auth.service';
import { JwtStrategy } from './jwt.strategy';
import { SessionsModule } from './sessions.module';
import { SIGNING_KEY } from './signing-key';
import { SigningKeyModule } from './signing-key.module';
import { UserTokensController } from './user-tokens.controller';

@Module({
  imports: [
    SessionsModule,
    UsersModule,
    SigningKeyModule,
    JwtModule.registerAsync({
      imports: [SigningKeyModule],
      inject: [SIGNING_KEY],
      useFactory: (secret: string) => ({
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
  controllers: [AuthController, ApiTokensController, UserTokensController],
  providers: [AuthService, AccessTokens, JwtStrategy, ApiTokensService, ApiTokenCheck],
  exports: [SessionsModule, ApiTokenCheck],
})
export class AuthModule {}
