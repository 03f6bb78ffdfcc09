import { createHash, randomBytes } from 'node:crypto';

/** 256 bits that nobody can guess, in URL-safe characters. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret of 256 random bits: a plain SHA-256 (hex) is enough, there is nothing to guess. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
