import { PartialType } from '@nestjs/swagger';
import { CreateTaskDto } from './create-task.dto';

/** A JSON Merge Patch: what is left out stays, null clears. */
export class UpdateTaskDto extends PartialType(CreateTaskDto, { skipNullProperties: false }) {}
