import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { holdAnswer } from '../common/http/gate';
import { Forbidden, InsufficientScope, Unauthenticated } from '../common/errors/common.errors';
import type { AccessClaims } from './access-tokens';
import { PERMISSION, PUBLIC } from './allow.decorator';
import { ApiTokenCheck } from './api-token-check.service';
import { apiTokenHash, isApiToken } from './api-token-text';
import { type Permission, ruleOf } from './permissions';
import { SessionsService } from './sessions.service';
import { VerifiedTokens } from './verified-tokens';
import { admit, UncheckedViewer, type Viewer } from './viewer';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** Who asks: checked, and what is known of them before that. */
interface Admission {
  /** Rejects with Unauthenticated, Forbidden or InsufficientScope. */
  readonly viewer: Promise<Viewer>;
  readonly beforehand: UncheckedViewer | undefined;
}

/** Denies by default: a route is public, or states a permission that the viewer has, or is not served. */
@Injectable()
export class BearerGuard extends AuthGuard('jwt') implements CanActivate {
  private readonly verified = new VerifiedTokens();
  private readonly permissions = new WeakMap<Handler, Permission | 'public'>();

  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionsService,
    private readonly apiTokens: ApiTokenCheck,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.permissionOf(context.getHandler());
    if (permission === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerToken(request);
    const { beforehand, viewer } = isApiToken(token)
      ? this.byToken(token, request, permission)
      : await this.bySession(token, request, permission, context);
    if (beforehand && ruleOf(permission).beside) {
      admit(request, beforehand);
      holdAnswer(request, viewer);
    } else {
      admit(request, await viewer);
    }
    return true;
  }

  private permissionOf(handler: Handler): Permission | 'public' {
    const known = this.permissions.get(handler);
    if (known) return known;
    const isPublic = this.reflector.get<boolean | undefined>(PUBLIC, handler);
    const permission = isPublic ? 'public' : this.reflector.get<Permission | undefined>(PERMISSION, handler);
    if (!permission) throw Forbidden.error('This route declares no permission');
    this.permissions.set(handler, permission);
    return permission;
  }

  private async bySession(
    token: string,
    request: FastifyRequest,
    permission: Permission,
    context: ExecutionContext,
  ): Promise<Admission> {
    const { sub, sid } = this.verified.get(token) ?? (await this.verify(token, request, context));
    const viewer = this.sessions.roleIn(sid, sub).then((role) => {
      if (!role) throw invalidToken();
      return judged({ id: sub, role, sessionId: sid, scopes: null, requestId: request.id }, permission);
    });
    return { viewer, beforehand: new UncheckedViewer(sub, sid, null, request.id) };
  }

  private byToken(token: string, { id: requestId }: FastifyRequest, permission: Permission): Admission {
    const hash = apiTokenHash(token);
    if (hash === undefined) throw invalidToken();
    const seen = this.apiTokens.ownerSeen(hash);
    const viewer = this.apiTokens.holder(hash).then((holder) => {
      if (!holder) throw invalidToken();
      const { userId, role, scopes } = holder;
      return judged({ id: userId, role, sessionId: null, scopes, requestId }, permission);
    });
    return { viewer, beforehand: seen && new UncheckedViewer(seen.userId, null, seen.scopes, requestId) };
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
