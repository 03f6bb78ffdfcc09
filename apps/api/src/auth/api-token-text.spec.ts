import { apiTokenHash, isApiToken, newApiToken } from './api-token-text';

describe('an API token', () => {
  it('has a prefix, 256 random bits and a checksum', () => {
    const made = Array.from({ length: 200 }, newApiToken);
    for (const { token, hash, hint } of made) {
      expect(token).toMatch(/^fuse_[0-9A-Za-z]{43}_[0-9a-f]{8}$/);
      expect(apiTokenHash(token)).toBe(hash);
      expect(token.startsWith(hint)).toBe(true);
    }
    expect(new Set(made.map(({ token }) => token)).size).toBe(made.length);
  });

  it('is told from one that is mistyped, cut off or made up', () => {
    const { token } = newApiToken();
    const other = token[20] === 'a' ? 'b' : 'a';
    const wrong = [
      token.slice(0, 20) + other + token.slice(21),
      token.slice(0, -1),
      `${token}0`,
      token.toUpperCase(),
      `${token.slice(0, -8)}00000000`,
      'fuse_',
    ];
    expect(wrong.map(apiTokenHash)).toEqual(wrong.map(() => undefined));
    expect(['fuse_x', token, 'a.b.c'].map(isApiToken)).toEqual([true, true, false]);
  });
});
