import { defineProblem } from '../common/errors/problem';

export const TaskNotFound = defineProblem(
  404,
  'task_not_found',
  'There is no such task',
  'It never was, or it was deleted: then its creator or an admin can restore it for some time (`POST /tasks/{id}/restore`).',
);
export const AssigneeInactive = defineProblem(
  422,
  'assignee_inactive',
  'The assignee cannot take tasks',
  '`assignedTo` names nobody, or somebody who is suspended or gone.',
);
