import { SomeOf, Text, Timestamp } from '../../common/fields/fields';
import { type Scope, SCOPES } from '../permissions';

export class CreateTokenDto {
  @Text({ max: 255, description: 'What it is for', example: 'nightly import' })
  name: string;

  @SomeOf(SCOPES, {
    description: 'What it may do, as far as its owner may; each route names the scope that it needs',
    example: ['tasks:read', 'tasks:write'],
  })
  scopes: Scope[];

  @Timestamp({ description: 'When it ends: a year from now at the latest', example: '2027-06-01T00:00:00Z' })
  expiresAt: string;
}
