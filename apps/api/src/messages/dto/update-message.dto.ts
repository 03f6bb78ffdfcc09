import { PartialType, PickType } from '@nestjs/swagger';
import { CreateMessageDto } from './create-message.dto';

/** A JSON Merge Patch: what is left out stays. */
export class UpdateMessageDto extends PartialType(PickType(CreateMessageDto, ['content', 'type'] as const), {
  skipNullProperties: false,
}) {}
