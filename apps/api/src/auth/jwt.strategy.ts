import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { isUuidText } from '../common/fields/fields';
import { type AccessClaims, AUDIENCE, ISSUER } from './access-tokens';
import { SIGNING_KEY } from './signing-key';

/** Verifies an access token's signature and claims: one algorithm, one key, one audience. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(@Inject(SIGNING_KEY) key: string) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: key,
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
    });
  }

  validate(claims: Partial<AccessClaims>): AccessClaims | false {
    const { sub, sid, exp } = claims;
    return isUuidText(sub) && isUuidText(sid) && typeof exp === 'number' ? { sub, sid, exp } : false;
  }
}
