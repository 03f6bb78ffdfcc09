import { applyDecorators } from '@nestjs/common';
import { Matches } from 'class-validator';
import { Email, type FieldOptions, Text } from '../common/fields/fields';
import { USERNAME } from './user.entity';

const USERNAME_RULE =
  '$property must have something to see, no @, no control characters and no white space at its ends';

/** What an erased or imported user has: nobody can be written to there, so nobody may have it otherwise. */
const OWN_DOMAIN = /(?<!@users\.invalid)$/i;

export function Username(options: FieldOptions = {}): PropertyDecorator {
  const described = {
    description: 'Unique without regard to case; no `@`, no control characters, no white space around it',
    example: 'grace',
    ...options,
  };
  return applyDecorators(
    Matches(USERNAME, { message: USERNAME_RULE }),
    Text({ max: 255, blank: true, ...described }),
  );
}

export function UserEmail(options: FieldOptions = {}): PropertyDecorator {
  const described = {
    description: 'Unique without regard to case',
    example: 'grace@example.org',
    ...options,
  };
  return applyDecorators(
    Matches(OWN_DOMAIN, { message: '$property must be an address of your own' }),
    Email(described),
  );
}
