import { visibleTypes } from './event.access';
import { EVENT_TYPES } from './event-types';

const subjectsOf = (types: readonly (keyof typeof EVENT_TYPES)[] = []) =>
  new Set(types.map((type) => EVENT_TYPES[type].subject));

describe('visibleTypes', () => {
  it('are all for an admin who signed in', () => {
    expect(visibleTypes({ role: 'admin', scopes: null })).toBeUndefined();
  });

  it('leave out what is for admins, for everybody else', () => {
    const types = visibleTypes({ role: 'viewer', scopes: null }) ?? [];
    expect(types).toContain('task.deleted');
    expect(types).not.toContain('session.created');
    expect(subjectsOf(types)).toEqual(new Set(['task', 'message', 'attachment', 'feature', 'user']));
  });

  it('are those of an API token that its scopes let it read', () => {
    const types = visibleTypes({ role: 'user', scopes: ['events:read', 'tasks:read', 'features:write'] });
    expect(subjectsOf(types)).toEqual(new Set(['task']));
    expect(visibleTypes({ role: 'user', scopes: ['events:read'] })).toEqual([]);
  });

  it('of sign-ins ask for the scope of admins, of an admin’s token', () => {
    const read = visibleTypes({ role: 'admin', scopes: ['events:read', 'users:read'] });
    expect(read).toContain('user.created');
    expect(read).not.toContain('session.created');
    expect(visibleTypes({ role: 'admin', scopes: ['events:read', 'admin'] })).toContain('session.created');
    expect(visibleTypes({ role: 'user', scopes: ['events:read', 'admin'] })).not.toContain('session.created');
  });
});
