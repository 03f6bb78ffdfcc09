/** True when `If-None-Match` (weak comparison, RFC 9110 §13.1.2) names this tag. */
export function matchesAny(ifNoneMatch: string, etag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/**
 * The row versions that `If-Match` accepts; `null` means any (no header, or `*`). Only the first part of a tag
 * counts and `W/` is ignored, so that a compressing proxy that marks or extends tags locks nobody out.
 */
export function acceptedVersions(ifMatch: string | undefined): string[] | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null;
  return ifMatch.split(',').map((tag) => /^(?:W\/)?"([^"-]*)/.exec(tag.trim())?.[1] ?? '');
}
