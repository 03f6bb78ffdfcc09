import { Text } from '../../common/fields/fields';

export class LoginDto {
  @Text({ max: 255, description: 'Username or email', example: 'ada' })
  login: string;

  @Text({ max: 128, blank: true, example: 'correct horse battery staple' })
  password: string;
}
