import { ApiProperty } from '@nestjs/swagger';
import { Answered } from '../../common/openapi/answered.decorator';
import { EVENT_TYPES, SUBJECT_TYPES } from '../event-types';

export class EventSubject {
  @Answered.oneOf(SUBJECT_TYPES)
  type: string;

  @Answered.uuid({ nullable: true, description: 'Whether it still exists is not said here' })
  id: string | null;
}

export class EventResponse {
  @Answered.bigint({
    description: 'Identifies the event; not the order in which events are read',
    example: 4711,
  })
  id: string;

  @Answered.time({ description: 'When it was written; not exactly the order of the list' })
  time: string;

  @Answered.uuid({ nullable: true, description: 'The user who caused it; null: the system itself' })
  actorId: string | null;

  @Answered.text({
    description: `Clients must accept new ones. So far: ${Object.keys(EVENT_TYPES).join(', ')}`,
    example: 'task.updated',
  })
  type: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Ids and names of changed fields, as docs/events.md says for each type; never content',
    example: { changed: ['status'] },
  })
  data: Record<string, unknown>;

  @Answered.text({ nullable: true, description: '`X-Request-Id` of the request that caused it' })
  requestId: string | null;

  @Answered.bigint({ description: 'Place in the order of all events: ascending, with gaps', example: 4702 })
  position: string;

  @ApiProperty({ type: () => EventSubject, description: 'What it is about' })
  subject: EventSubject;
}
