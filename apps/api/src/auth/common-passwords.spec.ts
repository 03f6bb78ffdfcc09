import { isCommonPassword } from './common-passwords';

describe('isCommonPassword', () => {
  it.each([
    '12345678',
    'iloveyou',
    'QwertyUiop',
    'The New Fuse 2026!',
    'admin-1234',
    'P4ssword',
    'Password 99!!',
  ])('finds %s', (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  it.each([
    'correct horse battery staple',
    'fuses and sparks',
    '8-1-4-1-5-9',
    '密码很长很长很长',
    '🔑'.repeat(8),
  ])('takes %s', (password) => {
    expect(isCommonPassword(password)).toBe(false);
  });
});
