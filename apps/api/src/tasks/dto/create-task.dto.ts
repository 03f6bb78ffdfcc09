import { Int, OneOf, Text, Timestamp, Uuid } from '../../common/fields/fields';
import { MAX_PRIORITY, MIN_PRIORITY, TASK_STATUSES, type TaskStatus } from '../task.entity';

export class CreateTaskDto {
  @Text({ max: 255, description: 'What is to be done', example: 'Read lcov reports of up to 50 MB' })
  title: string;

  @Text({
    max: 100_000,
    min: 0,
    blank: true,
    optional: true,
    nullable: true,
    description: 'More about it; Markdown',
    example: 'Reports of monorepos are **large**.',
  })
  description?: string | null;

  @OneOf(TASK_STATUSES, { optional: true, description: 'Default: `pending`' })
  status?: TaskStatus;

  @Int({
    min: MIN_PRIORITY,
    max: MAX_PRIORITY,
    optional: true,
    description: '0 (none) to 4 (urgent)',
    example: 2,
  })
  priority?: number;

  @Uuid({ optional: true, nullable: true, description: 'The assignee' })
  assignedTo?: string | null;

  @Timestamp({ optional: true, nullable: true, description: 'When it is due' })
  dueDate?: string | null;
}
