import { ROLES, type Role } from '../../auth/permissions';
import { QueryAnyOf, QuerySort, QueryText, QueryTime } from '../../common/fields/query-fields';
import { PageQuery } from '../../common/pagination/page.query';
import type { UserStatus } from '../user.entity';

export class ListUsersQuery extends PageQuery {
  @QuerySort(['createdAt', 'username'], '-createdAt')
  sort?: string[];

  @QueryAnyOf(['active', 'invited', 'suspended'], 'In any of these states')
  status?: UserStatus[];

  @QueryAnyOf(ROLES, 'In any of these roles')
  role?: Role[];

  @QueryText('Part of the username, without regard to case')
  q?: string;

  @QueryTime('Created at that moment or later')
  createdSince?: string;
}
