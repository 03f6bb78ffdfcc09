import { Email } from '../../common/fields/fields';

export class ForgotPasswordDto {
  @Email({ description: 'The address of the account', example: 'ada@example.org' })
  email: string;
}
