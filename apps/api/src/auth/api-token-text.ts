import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { hashSecret } from './secrets';

const PREFIX = 'fuse_';
/** `fuse_`, 256 random bits in base 62, `_`, and the CRC-32 of all before it: what secret scanners and the guard look at. */
const FORM = /^(fuse_[0-9A-Za-z]{43})_([0-9a-f]{8})$/;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 43;
const HINT_LENGTH = 10;

/** A token as its owner gets it, once, and what is kept of it. */
export interface NewApiToken {
  readonly token: string;
  readonly hash: string;
  /** The token's first characters. */
  readonly hint: string;
}

export function newApiToken(): NewApiToken {
  const body = PREFIX + base62(randomBytes(32)).padStart(SECRET_LENGTH, '0');
  const token = `${body}_${checksum(body)}`;
  return { token, hash: hashSecret(token), hint: token.slice(0, HINT_LENGTH) };
}

/** Whether a credential means to be an API token; whether it is one is `apiTokenHash`'s to say. */
export function isApiToken(credential: string): boolean {
  return credential.startsWith(PREFIX);
}

/** The hash that a token is found by; undefined for one that is mistyped, cut off or made up: nothing need be asked then. */
export function apiTokenHash(token: string): string | undefined {
  const [, body, sum] = FORM.exec(token) ?? [];
  return body !== undefined && checksum(body) === sum ? hashSecret(token) : undefined;
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

function base62(bytes: Buffer): string {
  let text = '';
  for (let rest = BigInt(`0x${bytes.toString('hex')}`); rest > 0n; rest /= 62n)
    text = DIGITS.charAt(Number(rest % 62n)) + text;
  return text;
}
