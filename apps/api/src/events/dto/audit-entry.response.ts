import { PickType } from '@nestjs/swagger';
import { Answered } from '../../common/openapi/answered.decorator';
import { EventResponse } from './event.response';

/** An event about an account, with where the request came from. */
export class AuditEntryResponse extends PickType(EventResponse, [
  'id',
  'time',
  'actorId',
  'type',
  'data',
  'requestId',
]) {
  @Answered.uuid({ nullable: true, description: 'Whose account it was; null where there is no such account' })
  userId: string | null;

  @Answered.text({
    nullable: true,
    example: '203.0.113.7',
    description: 'Null for what no request did, and of people who were erased',
  })
  ip: string | null;

  @Answered.text({ nullable: true, description: 'What the client called itself (`User-Agent`)' })
  device: string | null;
}
