import { Injectable, Logger } from '@nestjs/common';
import { Database, lookUp } from '@app/database';
import { TOKEN_IN_USE, TOUCH_TOKEN } from './api-tokens.queries';
import { BoundedMap } from './bounded-map';
import { type Role, type Scope, scopesOf } from './permissions';

type TokenRow = { id: string; userId: string; scopes: Scope[]; role: Role; stale: boolean };

/** Whose a token is: this never changes, unlike whether it is good. */
export interface TokenOwner {
  readonly userId: string;
  readonly scopes: readonly Scope[];
}

export interface TokenHolder extends TokenOwner {
  /** What the owner is now. */
  readonly role: Role;
}

/** What an API token lets do at a request: its scopes, as far as its owner's role reaches now. */
@Injectable()
export class ApiTokenCheck {
  private readonly logger = new Logger(ApiTokenCheck.name);
  private readonly owners = new BoundedMap<string, TokenOwner>();
  private readonly touching = new Set<string>();

  constructor(private readonly database: Database) {}

  /** The owner of a token that was good once, from memory: whether it still is must be asked beside. */
  ownerSeen(hash: string): TokenOwner | undefined {
    return this.owners.get(hash);
  }

  /** The holder of the token, while it and its owner stand. */
  async holder(hash: string): Promise<TokenHolder | undefined> {
    const row = await lookUp<TokenRow>(this.database, TOKEN_IN_USE, hash);
    if (!row) return undefined;
    const { id, userId, scopes, role, stale } = row;
    this.owners.set(hash, { userId, scopes });
    if (stale) this.touch(id);
    const allowed = scopesOf(role);
    return { userId, role, scopes: scopes.filter((scope) => allowed.includes(scope)) };
  }

  /** Writes the last use, at most once a minute: no request waits for it, and none fails by it. */
  private touch(id: string): void {
    if (this.touching.has(id)) return;
    this.touching.add(id);
    this.database
      .query(TOUCH_TOKEN, [id])
      .catch((error: unknown) => this.logger.warn(error, 'the last use of a token could not be written'))
      .finally(() => this.touching.delete(id));
  }
}
