import { OmitType, PartialType } from '@nestjs/swagger';
import { ROLES, type Role } from '../../auth/permissions';
import { OneOf } from '../../common/fields/fields';
import { CreateUserDto } from './create-user.dto';

/** What an admin may write of the states; the others come about by inviting and by erasing. */
const WRITABLE_STATUSES = ['active', 'suspended'] as const;

/** A JSON Merge Patch: what is left out stays. */
export class UpdateUserDto extends PartialType(OmitType(CreateUserDto, ['password', 'role']), {
  skipNullProperties: false,
}) {
  @OneOf(ROLES, { optional: true, description: 'Holds on the next request' })
  role?: Role;

  @OneOf(WRITABLE_STATUSES, {
    optional: true,
    description:
      '`suspended` ends every session at once; `active` lifts that, and who has no password yet is `invited` again',
  })
  status?: (typeof WRITABLE_STATUSES)[number];
}
