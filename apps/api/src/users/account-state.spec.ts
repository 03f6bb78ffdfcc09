import { administers, afterChange } from './account-state';

const withPassword = { role: 'user', status: 'active', hasPassword: true } as const;
const invited = { role: 'user', status: 'invited', hasPassword: false } as const;

describe('afterChange', () => {
  it('keeps what is not changed', () => {
    expect(afterChange(withPassword, {})).toEqual({ role: 'user', status: 'active' });
    expect(afterChange(invited, { role: 'viewer' })).toEqual({ role: 'viewer', status: 'invited' });
  });

  it('suspends anybody', () => {
    expect(afterChange(withPassword, { status: 'suspended' }).status).toBe('suspended');
    expect(afterChange(invited, { status: 'suspended' }).status).toBe('suspended');
  });

  it('keeps a suspension through a change of role', () => {
    expect(afterChange({ ...withPassword, status: 'suspended' }, { role: 'agent' }).status).toBe('suspended');
  });

  it('activates who can sign in', () => {
    expect(afterChange({ ...withPassword, status: 'suspended' }, { status: 'active' }).status).toBe('active');
    expect(afterChange(invited, { role: 'agent' }).status).toBe('active');
  });

  it('leaves who has no password invited', () => {
    expect(afterChange(invited, { status: 'active' }).status).toBe('invited');
    const agent = { role: 'agent', status: 'active', hasPassword: false } as const;
    expect(afterChange(agent, { role: 'admin' })).toEqual({ role: 'admin', status: 'invited' });
  });
});

describe('administers', () => {
  it('takes an active admin alone', () => {
    expect(administers({ role: 'admin', status: 'active' })).toBe(true);
    expect(administers({ role: 'admin', status: 'suspended' })).toBe(false);
    expect(administers({ role: 'user', status: 'active' })).toBe(false);
  });
});
