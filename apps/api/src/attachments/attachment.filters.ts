import type { Viewer } from '../auth/viewer';
import type { AttachmentFilters } from './dto/list-attachments.query';

/** The list's filters as the read path takes them: `me` is the viewer. */
export function attachmentFilters(query: AttachmentFilters, viewer: Viewer): Record<string, unknown> {
  return { ...query, uploadedBy: query.uploadedBy?.map((word) => (word === 'me' ? viewer.id : word)) };
}
