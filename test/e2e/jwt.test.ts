import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TestApp, type TestUser } from '../support/app';

const SECRET = 'a secret for tests alone, of 32+ bytes';

type Part = Readonly<Record<string, unknown>>;

const encode = (part: Part | string) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Part;

/** @param key what an HMAC of that hash is made with */
function signed(header: Part, claims: Part, key: string | Buffer = SECRET, hash = 'sha256'): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac(hash, key).update(content).digest('base64url')}`;
}

describe('a forged access token', () => {
  let app: TestApp;
  let user: TestUser;
  let header: Part;
  let claims: Record<string, unknown>;
  let signature: string;

  beforeAll(async () => {
    app = await TestApp.start({ JWT_SECRET: SECRET });
    user = await app.newUser();
    const [first, second, third = ''] = user.accessToken.split('.');
    header = decode(first);
    claims = { ...decode(second) };
    signature = third;
  });
  afterAll(() => app.close());

  const now = () => Math.floor(Date.now() / 1000);
  const status = async (token: string) => {
    const answer = await app.as({ accessToken: token }).get('/tasks');
    if (answer.status === 401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    return answer.status;
  };

  it('could be made by whoever has the key, which shows that the ones below are refused for what they are', async () => {
    expect(await status(signed(header, claims))).toBe(200);
    expect(await status(signed({ alg: 'HS256' }, { ...claims, iat: now() }))).toBe(200);
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('is refused with the algorithm %j', async (alg) => {
    const unsigned = `${encode({ ...header, alg })}.${encode(claims)}.`;
    expect(await status(unsigned)).toBe(401);
    expect(await status(unsigned.slice(0, -1))).toBe(401);
    expect(await status(unsigned + signature)).toBe(401);
  });

  it('is refused with another algorithm, though the key is the right one', async () => {
    expect(await status(signed({ ...header, alg: 'HS512' }, claims, SECRET, 'sha512'))).toBe(401);
    expect(await status(signed({ ...header, alg: 'HS384' }, claims, SECRET, 'sha384'))).toBe(401);
  });

  it('is refused when it is signed by a key pair of its own, or by a public key as if it were a secret', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = publicKey.export({ format: 'jwk' });
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const content = `${encode({ ...header, alg: 'RS256', jwk })}.${encode(claims)}`;
    const bySelf = `${content}.${createSign('RSA-SHA256').update(content).sign(privateKey, 'base64url')}`;
    expect(await status(bySelf)).toBe(401);
    expect(await status(signed({ ...header, jwk }, claims, pem))).toBe(401);
  });

  it.each([
    '/dev/null',
    '../../../../dev/null',
    "x' UNION SELECT 'a",
    '/proc/self/environ',
    'http://127.0.0.1/key',
  ])('is refused when its header leads to a key of its own: %s', async (kid) => {
    for (const key of ['', 'a', kid, readFileSync('/dev/null')]) {
      expect(await status(signed({ ...header, kid }, claims, key))).toBe(401);
      expect(await status(signed({ ...header, jku: kid, x5u: kid }, claims, key))).toBe(401);
    }
  });

  it('is refused when a claim was altered', async () => {
    const admin = await app.newUser({ role: 'admin' });
    const altered = `${encode(header)}.${encode({ ...claims, sub: admin.id })}.${signature}`;
    expect(await status(altered)).toBe(401);
    expect(await status(`${user.accessToken.slice(0, -6)}AAAAAA`)).toBe(401);
    expect(await status(signed(header, { ...claims, sub: admin.id }))).toBe(401);
  });

  it.each<[string, Part]>([
    ['expired', { exp: 1 }],
    ['of the future', { nbf: 99_999_999_999 }],
    ['of another issuer', { iss: 'somebody else' }],
    ['for another audience', { aud: 'another service' }],
    ['for another audience among several', { aud: ['another service'] }],
    ['of nobody', { sub: undefined }],
    ['of no user', { sub: 'admin' }],
    ['of no session', { sid: undefined }],
    ['of another session', { sid: '00000000-0000-4000-8000-000000000000' }],
    ['without an end', { exp: undefined }],
    ['with an end that is no number', { exp: '99999999999' }],
  ])('is refused when it is %s', async (_, change) => {
    expect(await status(signed(header, { ...claims, ...change }))).toBe(401);
  });

  it('is refused when it is no token at all', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const texts = ['.', '..', 'a.b.c', 'null', encode('{}'), `${encode('[]')}.${encode('[]')}.`, encode(pem)];
    for (const text of texts) expect(await status(text)).toBe(401);
  });
});
