import { roleIn } from './sessions.queries';
import { AssumedViewer, type Viewer } from './viewer';

/**
 * SQL that is true while the viewer's session, user and role stand, or where they were checked before (`session` is
 * null). A write that holds this under its condition needs no look at the session before it.
 * @param viewer, session, role placeholders; the latter two take `assumptionOf`
 */
export function stands(viewer: string, session: string, role: string): string {
  return `(${session}::uuid IS NULL OR EXISTS (${roleIn(`${session}::uuid`, `${viewer}::uuid`)} AND u.role = ${role}::text))`;
}

/** What `stands` is bound to: session and role. */
export function assumptionOf(viewer: Viewer): [sessionId: string | null, role: string | null] {
  return viewer instanceof AssumedViewer ? [viewer.sessionId, viewer.role] : [null, null];
}

/**
 * Runs a write whose statement holds `stands`. Where it changed nothing, the viewer is checked, and when they stand it
 * runs again for the viewer as they are now: then it was something else.
 * @throws Unauthenticated, Forbidden
 */
export async function proving<Row>(
  viewer: Viewer,
  write: (viewer: Viewer) => Promise<Row | undefined>,
): Promise<Row | undefined> {
  const row = await write(viewer);
  if (!(viewer instanceof AssumedViewer)) return row;
  if (row === undefined) return write(await viewer.confirm());
  viewer.proven = true;
  return row;
}

/** The viewer as they are now. @throws Unauthenticated, Forbidden */
export async function confirmed(viewer: Viewer): Promise<Viewer> {
  return viewer instanceof AssumedViewer ? viewer.confirm() : viewer;
}
