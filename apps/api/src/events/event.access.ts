import { isAdmin, type Viewer } from '../auth/viewer';
import { EVENT_TYPE_NAMES, EVENT_TYPES, type EventRule, type EventType } from './event-types';

/**
 * An event is seen by whoever may read its subject, also after the subject was deleted; those about sign-in and
 * passwords by admins alone. An API token sees what its scopes let it read. `undefined`: all types.
 */
export function visibleTypes(viewer: Pick<Viewer, 'role' | 'scopes'>): EventType[] | undefined {
  if (isAdmin(viewer) && viewer.scopes === null) return undefined;
  return EVENT_TYPE_NAMES.filter((type) => sees(viewer, EVENT_TYPES[type]));
}

function sees(viewer: Pick<Viewer, 'role' | 'scopes'>, { subject, audience }: EventRule): boolean {
  const scope = audience === 'admins' || subject === 'installation' ? 'admin' : (`${subject}s:read` as const);
  const holds = viewer.scopes === null || viewer.scopes.includes(scope);
  return holds && (audience === 'team' || isAdmin(viewer));
}
