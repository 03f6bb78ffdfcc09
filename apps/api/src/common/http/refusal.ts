import { Forbidden, PreconditionFailed } from '../errors/common.errors';
import type { ProblemKind } from '../errors/problem';

/** What a row says of a change that did not happen. */
export interface Standing {
  readonly version: string;
  /** Whether the viewer may make this change to this row. */
  readonly allowed: boolean;
}

/**
 * Judges in the API's order why a guarded write changed nothing: 404, 403, 412. Returns when none of them
 * applies: then it was a rule of the resource's own.
 */
export function refuse(
  row: Standing | undefined,
  notFound: ProblemKind,
  versions: readonly string[] | null,
): void {
  if (!row) throw notFound.error();
  if (!row.allowed) throw Forbidden.error();
  if (versions && !versions.includes(row.version)) throw PreconditionFailed.error();
}
