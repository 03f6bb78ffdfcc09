import { OmitType } from '@nestjs/swagger';
import { Password } from '../../auth/password.decorator';
import { Text } from '../../common/fields/fields';
import { CreateUserDto } from '../../users/dto/create-user.dto';

/** The first administrator: all that signing in takes. */
export class FirstAdminDto extends OmitType(CreateUserDto, ['password', 'role']) {
  @Password()
  password: string;
}

export class SetupDto extends FirstAdminDto {
  @Text({
    max: 512,
    description: 'From the link that the start printed',
    example: 'Zk3l0qv1Gm8yXcVbN2hTtR5sWpJ7uEoDiA4fKxLq9Cg',
  })
  token: string;
}
