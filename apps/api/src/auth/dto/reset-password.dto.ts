import { Text } from '../../common/fields/fields';
import { Password } from '../password.decorator';

export class ResetPasswordDto {
  @Text({
    max: 512,
    description: 'What follows `#token=` in the link',
    example: 'Zk3l0qv1Gm8yXcVbN2hTtR5sWpJ7uEoDiA4fKxLq9Cg',
  })
  token: string;

  @Password()
  newPassword: string;
}
