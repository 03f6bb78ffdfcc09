import { PartialType, PickType } from '@nestjs/swagger';
import { CreateUserDto } from './create-user.dto';

/** A JSON Merge Patch: what is left out stays. */
export class UpdateMeDto extends PartialType(PickType(CreateUserDto, ['username', 'email']), {
  skipNullProperties: false,
}) {}
