import { Password } from '../../auth/password.decorator';
import { Bool, Text } from '../../common/fields/fields';

export class ChangePasswordDto {
  @Text({ max: 128, blank: true, example: 'the password until now' })
  currentPassword: string;

  @Password()
  newPassword: string;

  @Bool({ optional: true, description: 'Whether all other sessions end. Default: true' })
  endOtherSessions?: boolean;
}
