import { defineProblem } from '../common/errors/problem';

export const MessageNotFound = defineProblem(
  404,
  'message_not_found',
  'There is no such message',
  'It never was, or its task was deleted.',
);
export const MessageDeleted = defineProblem(
  409,
  'message_deleted',
  'The message was deleted',
  'A deleted message keeps its place, empty. It cannot be changed, deleted again, or given attachments.',
);
export const MessageTaskUnavailable = defineProblem(
  422,
  'message_task_unavailable',
  'The task cannot take messages',
  '`taskId` names no task, or one that was deleted.',
);
