import { OmitType, PartialType } from '@nestjs/swagger';
import { CreateFeatureDto } from './create-feature.dto';

/** A JSON Merge Patch: what is left out stays, null takes back what was given. Stages change by transitions. */
export class UpdateFeatureDto extends PartialType(OmitType(CreateFeatureDto, ['currentStage']), {
  skipNullProperties: false,
}) {}
