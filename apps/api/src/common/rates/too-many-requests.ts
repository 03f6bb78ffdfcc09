import { TooManyRequests } from '../errors/common.errors';
import type { Problem } from '../errors/problem';

/** @param ms until it is worth trying again, in milliseconds */
export function tooManyRequests(ms: number): Problem {
  const seconds = String(Math.max(1, Math.ceil(ms / 1000)));
  return TooManyRequests.error(`Try again in ${seconds} s`, { headers: { 'Retry-After': seconds } });
}
