import { USER_ROLES, type UserRole } from '../users/user.entity';

export const ROLES = USER_ROLES;
export type Role = UserRole;

const RESOURCES = ['tasks', 'messages', 'attachments', 'features', 'users', 'events', 'webhooks'] as const;
export type Scope = `${(typeof RESOURCES)[number]}:${'read' | 'write'}` | 'admin';

/** Every scope that an API token may hold. */
export const SCOPES: readonly Scope[] = [
  ...RESOURCES.flatMap((resource) => [`${resource}:read`, `${resource}:write`] as const),
  'admin',
];

/** The scopes that mean something to a role: a token may have them, and has no others at a request. */
export function scopesOf(role: Role): readonly Scope[] {
  if (role === 'admin') return SCOPES;
  return SCOPES.filter((scope) => scope !== 'admin' && (role !== 'viewer' || scope.endsWith(':read')));
}

export interface PermissionRule {
  readonly roles: readonly Role[];
  /** The scope that an API token needs; null: no API token will do, only a session. */
  readonly scope: Scope | null;
  /**
   * The answer is the same for every role that may ask: the session is checked beside the read, and the answer
   * waits for it. The viewer's role is not known to such routes.
   */
  readonly beside?: true;
  /**
   * The write's own statement asks whether the session stands, so that it is not asked before it (`auth/assumption.ts`).
   * Every route under such a permission has to.
   */
  readonly proven?: true;
  /** Writes leave events about accounts: the audit trail tells from where. */
  readonly audited?: true;
  /** What the object itself further asks, in the words of `docs/permissions.md`. */
  readonly object?: string;
}

const EVERYONE = ROLES;
const CONTRIBUTORS = ['user', 'agent', 'admin'] as const;
const ADMINS = ['admin'] as const;

/** The matrix: which roles may do what, by which scope. `docs/permissions.md` is made from it. */
export const PERMISSIONS = {
  'tasks.read': { roles: EVERYONE, scope: 'tasks:read', beside: true },
  'tasks.create': { roles: CONTRIBUTORS, scope: 'tasks:write', proven: true },
  'tasks.update': {
    roles: CONTRIBUTORS,
    scope: 'tasks:write',
    proven: true,
    object: 'its creator or assignee, or an admin',
  },
  'tasks.delete': { roles: CONTRIBUTORS, scope: 'tasks:write', object: 'its creator, or an admin' },
  'tasks.restore': { roles: CONTRIBUTORS, scope: 'tasks:write', object: 'its creator, or an admin' },
  'tasks.export': { roles: EVERYONE, scope: 'tasks:read' },
  'messages.read': { roles: EVERYONE, scope: 'messages:read', beside: true },
  'messages.create': { roles: CONTRIBUTORS, scope: 'messages:write', proven: true },
  'messages.update': { roles: CONTRIBUTORS, scope: 'messages:write', object: 'its sender' },
  'messages.delete': { roles: CONTRIBUTORS, scope: 'messages:write', object: 'its sender, or an admin' },
  'attachments.read': { roles: EVERYONE, scope: 'attachments:read' },
  'attachments.create': {
    roles: CONTRIBUTORS,
    scope: 'attachments:write',
    object: 'to a task: any contributor; to a message: its sender, or an admin',
  },
  'attachments.delete': {
    roles: CONTRIBUTORS,
    scope: 'attachments:write',
    object: 'its uploader, or an admin',
  },
  'features.read': { roles: EVERYONE, scope: 'features:read', beside: true },
  'features.create': { roles: CONTRIBUTORS, scope: 'features:write' },
  'features.update': { roles: CONTRIBUTORS, scope: 'features:write' },
  'features.transition': {
    roles: CONTRIBUTORS,
    scope: 'features:write',
    object: 'forcing a blocked move: an admin',
  },
  'features.delete': { roles: ADMINS, scope: 'features:write' },
  'events.read': {
    roles: EVERYONE,
    scope: 'events:read',
    object: 'whoever may read the subject; auth events: an admin',
  },
  'audit.read': { roles: ADMINS, scope: 'admin' },
  'users.read': { roles: EVERYONE, scope: 'users:read', object: 'emails of others: an admin' },
  'users.manage': { roles: ADMINS, scope: 'admin', audited: true },
  'profile.read': { roles: EVERYONE, scope: 'users:read' },
  'profile.update': {
    roles: EVERYONE,
    scope: 'users:write',
    audited: true,
    object: 'the email: with a session, not with an API token',
  },
  'password.change': { roles: EVERYONE, scope: null, audited: true },
  'sessions.manage': { roles: EVERYONE, scope: null, audited: true },
  'tokens.manage': { roles: EVERYONE, scope: null, audited: true },
  'tokens.administer': { roles: ADMINS, scope: null, audited: true },
} as const satisfies Record<string, PermissionRule>;

export type Permission = keyof typeof PERMISSIONS;

export function ruleOf(permission: Permission): PermissionRule {
  return PERMISSIONS[permission];
}
