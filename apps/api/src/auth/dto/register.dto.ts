import { PickType } from '@nestjs/swagger';
import { CreateUserDto } from '../../users/dto/create-user.dto';

/** The password is set by the link that the mail brings: whoever sets it has the address. */
export class RegisterDto extends PickType(CreateUserDto, ['username', 'email']) {}
