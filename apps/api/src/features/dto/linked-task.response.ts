import { Answered } from '../../common/openapi/answered.decorator';
import { TASK_STATUSES } from '../../tasks/task.entity';

export class LinkedTaskResponse {
  @Answered.uuid()
  featureId: string;

  @Answered.uuid()
  taskId: string;

  @Answered.text({ maxLength: 255, description: 'The title of the task' })
  title: string;

  @Answered.oneOf(TASK_STATUSES, { description: 'The status of the task; cancelled ones do not count' })
  status: string;

  @Answered.time({ description: 'When it was linked' })
  createdAt: string;
}
