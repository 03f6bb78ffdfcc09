import { Text } from '../../common/fields/fields';

export class RefreshDto {
  @Text({ max: 512, description: 'The refresh token of the last login or refresh' })
  refreshToken: string;
}
