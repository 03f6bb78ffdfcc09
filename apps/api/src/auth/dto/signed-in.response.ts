import { ApiProperty } from '@nestjs/swagger';
import { Answered } from '../../common/openapi/answered.decorator';
import { ProfileResponse } from '../../users/dto/user.response';

export class SignedInResponse {
  @Answered.text({ description: 'For `Authorization: Bearer`' })
  accessToken: string;

  @Answered.text({ description: 'Good once, for `POST /auth/refresh`' })
  refreshToken: string;

  @Answered.oneOf(['Bearer'])
  tokenType: 'Bearer';

  @Answered.integer({ description: 'Life of the access token, in seconds', example: 900 })
  expiresIn: number;

  @ApiProperty({ type: () => ProfileResponse })
  user: ProfileResponse;
}
