import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Role, Scope } from './permissions';

/** Who asks, and in which request. */
export interface Viewer {
  readonly id: string;
  readonly role: Role;
  /** The session, when a person signed in. */
  readonly sessionId: string | null;
  /** What an API token is limited to; null: all that the role may do. */
  readonly scopes: readonly Scope[] | null;
  /** The id that this request has in the log, in errors and in events. */
  readonly requestId: string;
}

/** The viewer of a read whose answer is the same for every role, while the session or token is still being looked up. */
export class UncheckedViewer implements Viewer {
  constructor(
    readonly id: string,
    readonly sessionId: string | null,
    readonly scopes: readonly Scope[] | null,
    readonly requestId: string,
  ) {}

  get role(): never {
    throw new Error('a read that is checked beside its session does not know the role');
  }
}

export function isAdmin(viewer: Pick<Viewer, 'role'>): boolean {
  return viewer.role === 'admin';
}

const viewers = new WeakMap<object, Viewer>();

/** Called by the guard, once it knows. */
export function admit(request: FastifyRequest, viewer: Viewer): void {
  viewers.set(request, viewer);
}

export function viewerOf(request: FastifyRequest): Viewer | undefined {
  return viewers.get(request);
}

/** The viewer of a route that is not public. */
export const CurrentViewer = createParamDecorator((_: unknown, context: ExecutionContext): Viewer => {
  const viewer = viewerOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (!viewer) throw new Error('a route without a permission asked for its viewer');
  return viewer;
});
