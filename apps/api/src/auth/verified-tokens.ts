import type { AccessClaims } from './access-tokens';
import { BoundedMap } from './bounded-map';

/** Access tokens whose signature was found good, until they expire. Whether their session still stands is not known here. */
export class VerifiedTokens {
  private readonly claims: BoundedMap<string, AccessClaims>;

  constructor(limit?: number) {
    this.claims = new BoundedMap(limit);
  }

  get(token: string): AccessClaims | undefined {
    const known = this.claims.get(token);
    if (!known || known.exp * 1000 > Date.now()) return known;
    this.claims.delete(token);
    return undefined;
  }

  remember(token: string, claims: AccessClaims): void {
    this.claims.set(token, claims);
  }
}
