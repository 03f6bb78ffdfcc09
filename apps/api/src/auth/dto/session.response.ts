import { Answered } from '../../common/openapi/answered.decorator';

export class SessionResponse {
  @Answered.uuid()
  id: string;

  @Answered.text({
    nullable: true,
    maxLength: 512,
    description: 'What the client called itself (`User-Agent`) when it signed in',
  })
  device: string | null;

  @Answered.text({ nullable: true, example: '203.0.113.7', description: 'Address that it signed in from' })
  ip: string | null;

  @Answered.time()
  createdAt: string;

  @Answered.time({ description: 'Signed in or refreshed last' })
  lastUsedAt: string;

  @Answered.time({ description: 'When it ends at the latest' })
  expiresAt: string;

  @Answered.boolean({ description: 'Whether this request was sent in it' })
  current: boolean;
}
