import { IntersectionType, PartialType } from '@nestjs/swagger';
import { Answered } from '../../common/openapi/answered.decorator';

export class TokenResponse {
  @Answered.uuid()
  id: string;

  @Answered.text({ example: 'nightly import', maxLength: 255 })
  name: string;

  @Answered.text({ example: 'fuse_3fK9a', description: 'Its first characters' })
  hint: string;

  @Answered.texts({ example: ['tasks:read', 'tasks:write'] })
  scopes: string[];

  @Answered.time()
  expiresAt: string;

  @Answered.time({ nullable: true, description: 'To the minute' })
  lastUsedAt: string | null;

  @Answered.time()
  createdAt: string;

  @Answered.uuid({ nullable: true, description: 'Who made it: its owner or an admin' })
  createdBy: string | null;
}

class TokenSecret {
  @Answered.text({
    example: 'fuse_3fK9aZ0qv1Gm8yXcVbN2hTtR5sWpJ7uEoDiA4fKxLq9C_1c291ca3',
    description:
      'For `Authorization: Bearer`. It is not stored and cannot be had again; a replay by `Idempotency-Key` leaves it out',
  })
  token: string;
}

/** A token that was made just now. */
export class NewTokenResponse extends IntersectionType(TokenResponse, PartialType(TokenSecret)) {}
