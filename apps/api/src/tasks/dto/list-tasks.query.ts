import {
  QueryAnyOf,
  QueryBool,
  QueryIds,
  QueryInt,
  QueryInts,
  QuerySort,
  QueryText,
  QueryTime,
} from '../../common/fields/query-fields';
import { PageCount, PageCursor, PageLimit, type PageQuery } from '../../common/pagination/page.query';
import { MAX_PRIORITY, MIN_PRIORITY, TASK_STATUSES, type TaskStatus } from '../task.entity';

const PRIORITIES = { min: MIN_PRIORITY, max: MAX_PRIORITY };

/** Which tasks, in which order. */
export class SelectTasksQuery {
  @QuerySort(['createdAt', 'updatedAt', 'priority', 'dueDate', 'completedAt', 'title'], '-createdAt')
  sort?: string[];

  @QueryAnyOf(TASK_STATUSES, 'In any of these states')
  status?: TaskStatus[];

  @QueryInts('Of any of these priorities', PRIORITIES)
  priority?: number[];

  @QueryInt('Of this priority or a higher one', PRIORITIES)
  priorityMin?: number;

  @QueryInt('Of this priority or a lower one', PRIORITIES)
  priorityMax?: number;

  @QueryIds('Assigned to any of these users', ['me', 'none'])
  assignedTo?: string[];

  @QueryIds('Created by any of these users', ['me'])
  createdBy?: string[];

  @QueryTime('Due before that moment')
  dueBefore?: string;

  @QueryTime('Due at that moment or later')
  dueAfter?: string;

  @QueryBool('Due before now and not yet completed or cancelled; `false`: the others')
  overdue?: boolean;

  @QueryTime('Created at that moment or later')
  createdSince?: string;

  @QueryTime('Changed at that moment or later')
  updatedSince?: string;

  @QueryText(
    'Words of the title or description: `two words`, `"a phrase"`, `this or that`, `-without`. Without `sort`, the newest 300 matches are ranked, the best first; with `sort`, all matches come',
    { max: 200 },
  )
  q?: string;
}

export class ListTasksQuery extends SelectTasksQuery implements PageQuery {
  @PageLimit()
  limit?: number;

  @PageCursor()
  cursor?: string;

  @PageCount()
  count?: 'exact';
}
