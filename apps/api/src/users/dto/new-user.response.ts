import { IntersectionType, PartialType } from '@nestjs/swagger';
import { Answered } from '../../common/openapi/answered.decorator';
import { ProfileResponse } from './user.response';

class Invitation {
  @Answered.text({
    description:
      'For who was invited where no mail is set up: the link that sets their password, to be passed on. It is shown this once',
    example: 'https://fuse.example.org/password#token=Zk3l0qv1Gm8yXcVbN2hTtR5sWpJ7uEoDiA4fKxLq9Cg',
  })
  invitationLink: string;
}

/** A user who was made just now. */
export class NewUserResponse extends IntersectionType(ProfileResponse, PartialType(Invitation)) {}
