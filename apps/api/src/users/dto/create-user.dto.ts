import { Password } from '../../auth/password.decorator';
import { ROLES, type Role } from '../../auth/permissions';
import { OneOf } from '../../common/fields/fields';
import { UserEmail, Username } from '../user.fields';

export class CreateUserDto {
  @Username()
  username: string;

  @UserEmail()
  email: string;

  @Password({
    optional: true,
    description: 'Without one the user is `invited`, but for an agent, which never signs in with a password',
  })
  password?: string;

  @OneOf(ROLES, { optional: true, description: 'Default: `user`' })
  role?: Role;
}
