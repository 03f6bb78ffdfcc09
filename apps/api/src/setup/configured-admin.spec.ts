import { configuredAdmin } from './configured-admin';

const sound = { ADMIN_USERNAME: 'root', ADMIN_EMAIL: 'root@example.org', ADMIN_PASSWORD: 'a good 1' };

describe('configuredAdmin', () => {
  it('takes all three settings, or none', () => {
    expect(configuredAdmin(sound)).toEqual({
      username: 'root',
      email: 'root@example.org',
      password: 'a good 1',
    });
    expect(configuredAdmin({})).toBeNull();
  });

  it.each([
    [{ ADMIN_USERNAME: 'ro@t' }, 'ADMIN_USERNAME: must'],
    [{ ADMIN_EMAIL: 'root' }, 'ADMIN_EMAIL: must'],
    [{ ADMIN_PASSWORD: '1234567' }, 'ADMIN_PASSWORD: must'],
    [{ ADMIN_PASSWORD: '12345678' }, 'ADMIN_PASSWORD: is among'],
  ])('names what is wrong in %j', (wrong, message) => {
    expect(() => configuredAdmin({ ...sound, ...wrong })).toThrow(message);
  });

  it('never shows the password', () => {
    expect(() => configuredAdmin({ ...sound, ADMIN_PASSWORD: 'planted' })).not.toThrow('planted');
  });
});
