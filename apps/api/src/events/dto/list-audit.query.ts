import { QueryAnyOf, QueryIds, QueryTime } from '../../common/fields/query-fields';
import { PageQuery } from '../../common/pagination/page.query';
import { EVENT_TYPES, type EventType } from '../event-types';

const TYPES = Object.entries(EVENT_TYPES)
  .filter(([, { subject }]) => subject === 'user')
  .map(([type]) => type);

export class ListAuditQuery extends PageQuery {
  @QueryAnyOf(TYPES, 'Of any of these types')
  type?: EventType[];

  @QueryIds('About the accounts of any of these users')
  userId?: string[];

  @QueryIds('Caused by any of these users')
  actorId?: string[];

  @QueryTime('Of that moment or later')
  since?: string;
}
