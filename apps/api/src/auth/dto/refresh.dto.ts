import { Text } from '../../common/fields/fields';

export class RefreshDto {
  @Text({
    max: 512,
    description: 'The refresh token of the last login or refresh',
    example: 'Zk3l0qv1Gm8yXcVbN2hTtR5sWpJ7uEoDiA4fKxLq9Cg',
  })
  refreshToken: string;
}
