import { IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { ROLES } from '../../auth/permissions';
import { Answered } from '../../common/openapi/answered.decorator';
import { USER_STATUSES } from '../user.entity';

/** A user as they see themselves, and as admins see them. */
export class ProfileResponse {
  @Answered.uuid()
  id: string;

  @Answered.text({ example: 'ada', maxLength: 255 })
  username: string;

  @Answered.text({
    example: 'ada@example.org',
    maxLength: 255,
    description: 'Seen by its owner and by admins',
  })
  email: string;

  @Answered.time()
  createdAt: string;

  @Answered.time()
  updatedAt: string;

  @Answered.time({ nullable: true })
  lastLogin: string | null;

  @Answered.oneOf(USER_STATUSES)
  status: string;

  @Answered.oneOf(ROLES)
  role: string;
}

/** A user as anybody sees them: the email is there for admins, and in one's own. */
export class UserResponse extends IntersectionType(
  OmitType(ProfileResponse, ['email']),
  PartialType(PickType(ProfileResponse, ['email'])),
) {}
