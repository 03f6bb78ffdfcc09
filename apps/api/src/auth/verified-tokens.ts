import type { AccessClaims } from './access-tokens';

/** Access tokens whose signature was found good, until they expire. Whether their session still stands is not known here. */
export class VerifiedTokens {
  private readonly claims = new Map<string, AccessClaims>();

  constructor(private readonly limit = 10_000) {}

  get(token: string): AccessClaims | undefined {
    const known = this.claims.get(token);
    if (!known || known.exp * 1000 > Date.now()) return known;
    this.claims.delete(token);
    return undefined;
  }

  remember(token: string, claims: AccessClaims): void {
    if (this.claims.size >= this.limit) this.forgetOldest();
    this.claims.set(token, claims);
  }

  private forgetOldest(): void {
    const [oldest] = this.claims.keys();
    if (oldest !== undefined) this.claims.delete(oldest);
  }
}
