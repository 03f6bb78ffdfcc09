import { VerifiedTokens } from './verified-tokens';

const inAMinute = () => Date.now() / 1000 + 60;

describe('VerifiedTokens', () => {
  it('remembers a token until it expires', () => {
    const tokens = new VerifiedTokens();
    const claims = { sub: 'a', sid: 'b', exp: inAMinute() };
    tokens.remember('good', claims);
    tokens.remember('expired', { ...claims, exp: Date.now() / 1000 - 1 });
    expect([tokens.get('good'), tokens.get('expired'), tokens.get('unknown')]).toEqual([
      claims,
      undefined,
      undefined,
    ]);
  });

  it('forgets the oldest when it holds as many as it may', () => {
    const tokens = new VerifiedTokens(2);
    for (const token of ['a', 'b', 'c']) tokens.remember(token, { sub: token, sid: '', exp: inAMinute() });
    expect(['a', 'b', 'c'].map((token) => tokens.get(token)?.sub)).toEqual([undefined, 'b', 'c']);
  });
});
