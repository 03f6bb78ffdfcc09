import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Forbidden, InsufficientScope, Unauthenticated } from '../common/errors/common.errors';
import type { AccessClaims } from './access-tokens';
import { PERMISSION, PUBLIC } from './allow.decorator';
import { type Permission, ruleOf } from './permissions';
import { SessionsService } from './sessions.service';
import { VerifiedTokens } from './verified-tokens';
import { admit, type Viewer } from './viewer';

/** Denies by default: a route is public, or states a permission that the viewer has, or is not served. */
@Injectable()
export class BearerGuard extends AuthGuard('jwt') implements CanActivate {
  private readonly verified = new VerifiedTokens();

  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: SessionsService,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    if (this.reflector.get<boolean | undefined>(PUBLIC, handler)) return true;
    const permission = this.reflector.get<Permission | undefined>(PERMISSION, handler);
    if (!permission) throw Forbidden.error('This route declares no permission');
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const viewer = await this.viewer(request, context);
    judge(viewer, permission);
    admit(request, viewer);
    return true;
  }

  private async viewer(request: FastifyRequest, context: ExecutionContext): Promise<Viewer> {
    const token = bearerToken(request);
    if (token === undefined)
      throw Unauthenticated.error('Send an access token as Authorization: Bearer <token>');
    const { sub, sid } = this.verified.get(token) ?? (await this.verify(token, request, context));
    const role = await this.sessions.roleIn(sid, sub);
    if (!role) throw invalidToken();
    return { id: sub, role, sessionId: sid, scopes: null, requestId: request.id };
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

function bearerToken(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function invalidToken() {
  const headers = { 'WWW-Authenticate': 'Bearer error="invalid_token"' };
  return Unauthenticated.error('The token is not valid, has expired, or its session has ended', { headers });
}

function judge(viewer: Viewer, permission: Permission): void {
  const { roles, scope } = ruleOf(permission);
  if (!roles.includes(viewer.role)) throw Forbidden.error(`The role ${viewer.role} may not do this`);
  if (viewer.scopes === null) return;
  if (scope === null) throw Forbidden.error('This takes a session; an API token will not do');
  if (viewer.scopes.includes(scope)) return;
  const headers = { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` };
  throw InsufficientScope.error(`The token lacks the scope ${scope}`, { headers });
}
