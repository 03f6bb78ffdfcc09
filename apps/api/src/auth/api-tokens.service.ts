import { Injectable } from '@nestjs/common';
import { Database, first, type Page, type PageRequest } from '@app/database';
import { UserErased, UserNotFound } from '../users/user.errors';
import { newApiToken } from './api-token-text';
import { CREATE_TOKEN, REVOKE_TOKEN, ROTATE_TOKEN, TOKEN_OWNER, tokenList } from './api-tokens.queries';
import { InvalidExpiry, ScopeNotAllowed, TokenNotFound } from './auth.errors';
import type { CreateTokenDto } from './dto/create-token.dto';
import { type Role, scopesOf } from './permissions';
import type { Viewer } from './viewer';

type Made = { json: string };

/** API tokens as their owners and admins manage them. What they let do at a request is `ApiTokenCheck`'s to say. */
@Injectable()
export class ApiTokensService {
  constructor(private readonly database: Database) {}

  /** The tokens that were not revoked, those that expired among them. */
  list(owner: string, request: Omit<PageRequest, 'filters'>): Promise<Page> {
    return tokenList.page(this.database, { ...request, filters: { owner } });
  }

  /** Likewise, of somebody else. @throws UserNotFound */
  async listOf(owner: string, request: Omit<PageRequest, 'filters'>): Promise<Page> {
    if (!(await this.owner(owner))) throw UserNotFound.error();
    return this.list(owner, request);
  }

  /** @returns the token's JSON, with the token itself, which nobody sees again @throws ScopeNotAllowed, InvalidExpiry */
  create(viewer: Viewer, input: CreateTokenDto): Promise<string> {
    return this.make(viewer, viewer.id, viewer.role, input);
  }

  /** Likewise, for somebody else. @throws UserNotFound, UserErased, ScopeNotAllowed, InvalidExpiry */
  async createFor(viewer: Viewer, owner: string, input: CreateTokenDto): Promise<string> {
    const found = await this.owner(owner);
    if (!found) throw UserNotFound.error();
    if (found.erased) throw UserErased.error();
    return this.make(viewer, owner, found.role, input);
  }

  /** @throws TokenNotFound */
  async revoke({ id: actor, requestId }: Viewer, owner: string, tokenId: string): Promise<void> {
    const [revoked] = await this.database.query(REVOKE_TOKEN, [actor, requestId, owner, tokenId]);
    if (!revoked) throw TokenNotFound.error();
  }

  /**
   * A new token with the name, scopes and length of life of an old one.
   * @param overlapSeconds for how long the old one stays good beside it
   * @returns as `create` @throws TokenNotFound
   */
  async rotate({ id, requestId }: Viewer, tokenId: string, overlapSeconds: number): Promise<string> {
    const { token, hash, hint } = newApiToken();
    const values = [id, requestId, id, tokenId, hash, hint, overlapSeconds];
    const made = await first<Made>(this.database, ROTATE_TOKEN, values);
    if (!made) throw TokenNotFound.error();
    return withToken(made, token);
  }

  private owner(id: string) {
    return first<{ role: Role; erased: boolean }>(this.database, TOKEN_OWNER, [id]);
  }

  private async make(
    { id, requestId }: Viewer,
    owner: string,
    role: Role,
    { name, scopes, expiresAt }: CreateTokenDto,
  ): Promise<string> {
    const beyond = scopes.filter((scope) => !scopesOf(role).includes(scope));
    if (beyond.length) throw ScopeNotAllowed.error(`The role ${role} has no use for ${beyond.join(', ')}`);
    const { token, hash, hint } = newApiToken();
    const values = [id, requestId, owner, name, hash, hint, scopes, expiresAt];
    const made = await first<Made>(this.database, CREATE_TOKEN, values);
    if (!made) throw InvalidExpiry.error();
    return withToken(made, token);
  }
}

function withToken({ json }: Made, token: string): string {
  return `${json.slice(0, -1)}, "token" : ${JSON.stringify(token)}}`;
}
