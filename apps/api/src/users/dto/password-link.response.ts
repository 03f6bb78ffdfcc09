import { PartialType } from '@nestjs/swagger';
import { Answered } from '../../common/openapi/answered.decorator';

class PasswordLink {
  @Answered.text({
    nullable: true,
    description:
      'The link that sets the password, to be passed on; null: it goes to the user by mail. A replay by `Idempotency-Key` leaves it out',
    example: 'https://fuse.example.org/password#token=Zk3l0qv1Gm8yXcVbN2hTtR5sWpJ7uEoDiA4fKxLq9Cg',
  })
  link: string | null;
}

export class PasswordLinkResponse extends PartialType(PasswordLink) {}
