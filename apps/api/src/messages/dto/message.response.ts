import { Answered } from '../../common/openapi/answered.decorator';
import { MESSAGE_STATUSES, MESSAGE_TYPES } from '../message.entity';

export class MessageResponse {
  @Answered.uuid()
  id: string;

  @Answered.text({
    description: 'What it says; empty when it was deleted',
    example: 'The parser now reads **50 MB** in 2 s.',
  })
  content: string;

  @Answered.uuid({ nullable: true, description: 'Who sent it' })
  senderId: string | null;

  @Answered.uuid({ nullable: true, description: 'The task that it is about' })
  taskId: string | null;

  @Answered.time()
  createdAt: string;

  @Answered.time()
  updatedAt: string;

  @Answered.oneOf(MESSAGE_TYPES)
  type: string;

  @Answered.oneOf(MESSAGE_STATUSES)
  status: string;
}
