import type { Viewer } from '../auth/viewer';
import type { MessageFilters } from './dto/list-messages.query';

/** The list's filters as the read path takes them: `me` is the viewer. */
export function messageFilters(query: MessageFilters, viewer: Viewer): Record<string, unknown> {
  return { ...query, senderId: query.senderId?.map((word) => (word === 'me' ? viewer.id : word)) };
}
