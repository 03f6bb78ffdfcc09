import { OmitType } from '@nestjs/swagger';
import { ROLES } from '../../auth/permissions';
import { Answered } from '../../common/openapi/answered.decorator';
import { USER_STATUSES } from '../user.entity';

/** A user as they see themselves, and as admins see them. */
export class ProfileResponse {
  @Answered.uuid()
  id: string;

  @Answered.text({ example: 'ada', maxLength: 255 })
  username: string;

  @Answered.text({ example: 'ada@example.org', maxLength: 255 })
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

/** A user as the rest of the team sees them. */
export class UserResponse extends OmitType(ProfileResponse, ['email']) {}
