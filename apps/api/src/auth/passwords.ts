import { Algorithm, hash, verify } from '@node-rs/argon2';

/** OWASP's recommendation for argon2id: 19 MiB, two passes, one lane. */
const COST = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19 * 1024,
  timeCost: 2,
  parallelism: 1,
};

/** A hash of nobody's password, so that an unknown login costs what a known one does. */
const NOBODY = hash('nobody has this password', COST);

/** What `password_hash` holds of an account without a password: no password verifies against it. */
export const UNUSABLE_HASH = '!';

/** An argon2id hash in PHC format, its parameters in it. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

const CURRENT = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`;

/** Whether a stored hash was made by other parameters than today's. */
export function isOutdated(stored: string): boolean {
  return !stored.startsWith(CURRENT);
}

/** @param stored a PHC string, the unusable hash, or undefined for an unknown login: then false, after the same time */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const usable = stored?.startsWith('$argon2') ? stored : undefined;
  const matches = await verify(usable ?? (await NOBODY), password);
  return matches && usable !== undefined;
}
