import { Bool, Text } from '../../common/fields/fields';
import { MAX_STAGE_LENGTH } from '../stages';

export class TransitionDto {
  @Text({
    max: MAX_STAGE_LENGTH,
    description: 'One of the configured stages; any but the present one',
    example: 'review',
  })
  toStage: string;

  @Text({
    max: MAX_STAGE_LENGTH,
    optional: true,
    description: 'Where you believe the feature is; when it has moved on, the answer is 409 `stage_changed`',
    example: 'testing',
  })
  fromStage?: string;

  @Text({
    max: 10_000,
    min: 0,
    blank: true,
    optional: true,
    nullable: true,
    description: 'Why; kept in the history',
    example: 'The edge cases are tested.',
  })
  note?: string | null;

  @Bool({
    optional: true,
    description: 'Moves it although dependencies block it; admins only. Default: `false`',
  })
  force?: boolean;
}
