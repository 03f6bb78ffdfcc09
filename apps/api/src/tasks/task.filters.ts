import type { Viewer } from '../auth/viewer';
import type { SelectTasksQuery } from './dto/list-tasks.query';

/** The list's filters as the read path takes them: `me` is the viewer, `none` is nobody. */
export function taskFilters(query: SelectTasksQuery, viewer: Viewer): Record<string, unknown> {
  const person = (word: string) => (word === 'me' ? viewer.id : word === 'none' ? null : word);
  return {
    ...query,
    assignedTo: query.assignedTo?.map(person),
    createdBy: query.createdBy?.map(person),
  };
}
