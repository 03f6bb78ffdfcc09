import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';

export const ISSUER = 'the-new-fuse';
export const AUDIENCE = 'the-new-fuse/api';

/** What an access token says; the rest is asked of the database at every request. */
export interface AccessClaims {
  readonly sub: string;
  readonly sid: string;
  /** Seconds since the epoch. */
  readonly exp: number;
}

/** Signs access tokens (JWT, HS256). `JwtStrategy` verifies them. */
@Injectable()
export class AccessTokens {
  constructor(private readonly jwt: JwtService) {}

  sign(userId: string, sessionId: string): Promise<string> {
    return this.jwt.signAsync({ sid: sessionId }, { subject: userId });
  }
}
