import type { UserRole, UserStatus } from './user.entity';

/** What decides whether somebody may sign in, and what they may do then. */
export interface AccountState {
  readonly role: UserRole;
  readonly status: UserStatus;
}

/**
 * What an account becomes by a change of role or status. To be active takes a password or, since agents sign in with API tokens
 * alone, to be an agent; whoever has neither is invited.
 */
export function afterChange(
  now: AccountState & { readonly hasPassword: boolean },
  { role = now.role, status = now.status }: Partial<AccountState>,
): AccountState {
  if (status === 'suspended') return { role, status };
  const active = role === 'agent' || (status === 'active' && now.hasPassword);
  return { role, status: active ? 'active' : 'invited' };
}

export function administers({ role, status }: AccountState): boolean {
  return role === 'admin' && status === 'active';
}
