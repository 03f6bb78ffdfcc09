import { Int } from '../../common/fields/fields';

export class RotateTokenDto {
  @Int({
    min: 0,
    max: 7 * 24 * 3600,
    optional: true,
    description: 'Seconds for which the old token stays good beside the new one. Default: 0',
    example: 3600,
  })
  overlapSeconds?: number;
}
