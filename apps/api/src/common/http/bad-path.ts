import { ValidationFailed } from '../errors/common.errors';
import type { Problem } from '../errors/problem';

/** For paths that no route is even sought for: broken percent-encoding, or a part that is too long. */
export function badPath(): Problem {
  const detail = 'must be well-formed, and each part at most 500 characters long';
  const error = { in: 'path', pointer: '#', code: 'bad_format', detail } as const;
  return ValidationFailed.error(undefined, { errors: [error] });
}
