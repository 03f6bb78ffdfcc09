import { OneOf, Text, Uuid } from '../../common/fields/fields';
import { MESSAGE_TYPES, type MessageType } from '../message.entity';

/** What clients may send: `system` is the system's own. */
export const CLIENT_TYPES = MESSAGE_TYPES.filter((type) => type !== 'system');

export class CreateMessageDto {
  @Text({ max: 100_000, description: 'What it says', example: 'The parser now reads **50 MB** in 2 s.' })
  content: string;

  @OneOf(CLIENT_TYPES, {
    optional: true,
    description: 'How to show it. Default: `text`',
    example: 'markdown',
  })
  type?: Exclude<MessageType, 'system'>;

  @Uuid({ optional: true, nullable: true, description: 'The task that it is about' })
  taskId?: string | null;
}
