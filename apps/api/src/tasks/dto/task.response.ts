import { Answered } from '../../common/openapi/answered.decorator';
import { TASK_STATUSES } from '../task.entity';

export class TaskResponse {
  @Answered.uuid()
  id: string;

  @Answered.text({ maxLength: 255, example: 'Read lcov reports of up to 50 MB' })
  title: string;

  @Answered.text({ nullable: true })
  description: string | null;

  @Answered.oneOf(TASK_STATUSES)
  status: string;

  @Answered.integer({ minimum: 0, maximum: 4, example: 2 })
  priority: number;

  @Answered.uuid({ nullable: true, description: 'The user who created it' })
  createdBy: string | null;

  @Answered.uuid({ nullable: true, description: 'The assignee' })
  assignedTo: string | null;

  @Answered.time()
  createdAt: string;

  @Answered.time()
  updatedAt: string;

  @Answered.time({ nullable: true, description: 'When it was completed; cleared when it is reopened' })
  completedAt: string | null;

  @Answered.time({ nullable: true })
  dueDate: string | null;
}
