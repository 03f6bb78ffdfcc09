import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config';

/** Injection token of the key that access tokens are signed with. */
export const SIGNING_KEY = Symbol('SIGNING_KEY');

/** `JWT_SECRET`, or a key that the first start makes and keeps in `DATA_DIR` (mode 0600). */
export function signingKey({ JWT_SECRET, DATA_DIR }: Config): string {
  if (JWT_SECRET !== undefined) return JWT_SECRET;
  const path = join(DATA_DIR, 'jwt-secret');
  mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(path, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8');
}
