import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Database } from '@app/database';
import { askBeforeAnswer, holdAnswer } from '../common/http/gate';
import { RequestRates } from '../common/rates/request-rates';
import { Forbidden, InsufficientScope, Unauthenticated } from '../common/errors/common.errors';
import type { AccessClaims } from './access-tokens';
import { noteOrigin, originOf } from './origins';
import { PERMISSION, PUBLIC, UNLIMITED } from './allow.decorator';
import { ApiTokenCheck } from './api-token-check.service';
import { apiTokenHash, isApiToken } from './api-token-text';
import { type Permission, type Role, ruleOf } from './permissions';
import { SessionsService } from './sessions.service';
import { VerifiedTokens } from './verified-tokens';
import { admit, AssumedViewer, UncheckedViewer, type Viewer } from './viewer';

const READS = new Set(['GET', 'HEAD']);

/** What a route asks for; `unlimited`: nothing, and its requests are not counted. */
type Demand = Permission | 'public' | 'unlimited';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** Who a credential says that asks. */
interface Claim {
  /** Whom the request counts for; null: its address. */
  readonly caller: string | null;
  /** What is known of them before the database was asked, if anything. */
  readonly unchecked: UncheckedViewer | undefined;
  /** The role that they had last in their session, if they have one and it was seen. */
  readonly roleSeen?: Role | undefined;
  /** Whether it is so now. Rejects with Unauthenticated. */
  readonly check: () => Promise<Viewer>;
}

/** Denies by default: a route is public, or states a permission that the viewer has, or is not served. */
@Injectable()
export class BearerGuard extends AuthGuard('jwt') implements CanActivate {
  private readonly verified = new VerifiedTokens();
  private readonly permissions = new WeakMap<Handler, Demand>();

  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionsService,
    private readonly apiTokens: ApiTokenCheck,
    private readonly rates: RequestRates,
    private readonly database: Database,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.permissionOf(context.getHandler());
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (permission === 'unlimited') return true;
    if (permission === 'public') {
      this.rates.count(null, request, reply);
      return true;
    }
    const claim = await this.claimOf(request, context).catch((refusal: unknown) => {
      this.rates.count(null, request, reply);
      throw refusal;
    });
    this.rates.count(claim.caller, request, reply);
    const check = async () => {
      const found = await claim.check();
      // Before it is judged, so that the log tells who was refused.
      admit(request, found);
      return judged(found, permission);
    };
    const assumed = assumedViewer(claim, permission, request.id, check);
    if (assumed) {
      admit(request, assumed);
      askBeforeAnswer(request, () => (assumed.proven ? undefined : assumed.confirm()));
      return true;
    }
    const viewer = check();
    const { unchecked } = claim;
    if (unchecked && ruleOf(permission).beside) {
      admit(request, unchecked);
      holdAnswer(request, viewer);
      return true;
    }
    const { id } = await viewer;
    if (ruleOf(permission).audited && !READS.has(request.method))
      await noteOrigin(this.database, id, originOf(request));
    return true;
  }

  private permissionOf(handler: Handler): Demand {
    const known = this.permissions.get(handler);
    if (known) return known;
    const is = (name: string) => this.reflector.get<boolean | undefined>(name, handler) === true;
    const open = is(UNLIMITED) ? 'unlimited' : 'public';
    const permission = is(PUBLIC) ? open : this.reflector.get<Permission | undefined>(PERMISSION, handler);
    if (!permission) throw Forbidden.error('This route declares no permission');
    this.permissions.set(handler, permission);
    return permission;
  }

  /** @throws Unauthenticated */
  private async claimOf(request: FastifyRequest, context: ExecutionContext): Promise<Claim> {
    const token = bearerToken(request);
    if (isApiToken(token)) return this.tokenClaim(token, request.id);
    const claims = this.verified.get(token) ?? (await this.verify(token, request, context));
    return this.sessionClaim(claims, request.id);
  }

  private sessionClaim({ sub: id, sid: sessionId }: AccessClaims, requestId: string): Claim {
    const check = async () => {
      const role = await this.sessions.roleIn(sessionId, id);
      if (!role) throw invalidToken();
      return { id, role, sessionId, scopes: null, requestId };
    };
    const unchecked = new UncheckedViewer(id, sessionId, null, requestId);
    return { caller: id, unchecked, roleSeen: this.sessions.roleSeen(sessionId), check };
  }

  private tokenClaim(token: string, requestId: string): Claim {
    const hash = apiTokenHash(token);
    if (hash === undefined) throw invalidToken();
    const check = async () => {
      const holder = await this.apiTokens.holder(hash);
      if (!holder) throw invalidToken();
      const { userId, role, scopes } = holder;
      return { id: userId, role, sessionId: null, scopes, requestId };
    };
    const seen = this.apiTokens.ownerSeen(hash);
    const unchecked = seen && new UncheckedViewer(seen.userId, null, seen.scopes, requestId);
    return { caller: seen?.userId ?? null, unchecked, check };
  }

  private async verify(
    token: string,
    request: FastifyRequest,
    context: ExecutionContext,
  ): Promise<AccessClaims> {
    await super.canActivate(context);
    const { user } = request as FastifyRequest & { user: AccessClaims };
    this.verified.remember(token, user);
    return user;
  }

  override handleRequest<Claims>(error: unknown, claims: Claims | false): Claims {
    if (error instanceof Error) throw error;
    if (!claims) throw invalidToken();
    return claims;
  }
}

/** The viewer of a write whose statement asks about them: with the role they had last. */
function assumedViewer(
  { unchecked, roleSeen }: Claim,
  permission: Permission,
  requestId: string,
  check: () => Promise<Viewer>,
): AssumedViewer | undefined {
  const { proven, roles } = ruleOf(permission);
  if (!proven || !roleSeen || !roles.includes(roleSeen) || !unchecked?.sessionId) return undefined;
  return new AssumedViewer(unchecked.id, roleSeen, unchecked.sessionId, requestId, check);
}

const BEARER = /^Bearer +(\S+)$/i;

function bearerToken(request: FastifyRequest): string {
  const token = BEARER.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined)
    throw Unauthenticated.error('Send an access token as Authorization: Bearer <token>');
  return token;
}

function invalidToken() {
  const headers = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };
  return Unauthenticated.error('The token is not valid, has expired, or its session has ended', { headers });
}

/** @throws Forbidden, InsufficientScope */
function judged(viewer: Viewer, permission: Permission): Viewer {
  const { roles, scope } = ruleOf(permission);
  if (!roles.includes(viewer.role)) throw Forbidden.error(`The role ${viewer.role} may not do this`);
  if (viewer.scopes === null) return viewer;
  if (scope === null) throw Forbidden.error('This takes a session; an API token will not do');
  if (viewer.scopes.includes(scope)) return viewer;
  const headers = { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` };
  throw InsufficientScope.error(`The token lacks the scope ${scope}`, { headers });
}
