import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RequestNote } from '../common/http/request-note';
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

/**
 * The viewer of a write, with the role that was theirs last. Nobody asked whether session and role still stand: the
 * statement of the write does, and changes nothing where they do not (`auth/assumption.ts`).
 */
export class AssumedViewer implements Viewer {
  readonly scopes = null;
  /** The statement found that they stand. */
  proven = false;
  private confirmed: Promise<Viewer> | undefined;

  constructor(
    readonly id: string,
    readonly role: Role,
    readonly sessionId: string,
    readonly requestId: string,
    private readonly check: () => Promise<Viewer>,
  ) {}

  /** Asks. @throws Unauthenticated, Forbidden */
  confirm(): Promise<Viewer> {
    return (this.confirmed ??= this.check());
  }
}

export function isAdmin(viewer: Pick<Viewer, 'role'>): boolean {
  return viewer.role === 'admin';
}

const viewers = new RequestNote<Viewer>('viewer');

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
