import { Num, Text, Timestamp } from '../../common/fields/fields';
import { MAX_STAGE_LENGTH } from '../stages';

export class CreateFeatureDto {
  @Text({ max: 255, description: 'What it is called', example: 'Coverage by stage' })
  name: string;

  @Text({
    max: 100_000,
    min: 0,
    blank: true,
    description: 'What it is about; Markdown. May be empty',
    example: 'Show test coverage for each stage.',
  })
  description: string;

  @Text({
    max: MAX_STAGE_LENGTH,
    optional: true,
    description: 'One of the configured stages. Default: the first',
    example: 'planning',
  })
  currentStage?: string;

  @Num({
    min: 0,
    max: 100,
    optional: true,
    nullable: true,
    description: 'Percent. Null or left out: it follows from the place of the stage',
    example: 30,
  })
  completionPercentage?: number | null;

  @Timestamp({
    optional: true,
    nullable: true,
    description: "When it is expected to be completed, in a person's judgement",
  })
  estimatedCompletion?: string | null;
}
