import { QueryAnyOf, QueryIds, QueryInt, QueryText, QueryTime } from '../../common/fields/query-fields';
import { EVENT_TYPES, type EventType, SUBJECT_TYPES, type SubjectType } from '../event-types';

export class ListEventsQuery {
  @QueryInt('Events on a page', { min: 1, max: 100, default: 20 })
  limit?: number;

  @QueryText('`nextCursor` or `resumeCursor` of an earlier page. Default: the oldest event that is kept', {
    max: 4096,
  })
  cursor?: string;

  @QueryAnyOf(Object.keys(EVENT_TYPES), 'Of any of these types')
  type?: EventType[];

  @QueryAnyOf(SUBJECT_TYPES, 'About things of any of these kinds')
  subjectType?: SubjectType[];

  @QueryIds('About any of these things')
  subjectId?: string[];

  @QueryIds('Caused by any of these users', ['me'])
  actorId?: string[];

  @QueryTime('Of that moment or later')
  since?: string;
}
