import { anyOf, ReadList, ReadShape, since } from '@app/database';
import { Event } from './event.entity';

/** Where the request of an event came from; of several with that id, the one at that time. */
const origin = (column: string) => `(
  SELECT o.${column} FROM event_origins o
  WHERE o.request_id = $.request_id AND o.user_id IS NOT DISTINCT FROM coalesce($.actor_id, $.subject_id)
  ORDER BY abs(extract(epoch FROM o.created_at - $.time)) LIMIT 1)`;

const auditShape = new ReadShape(Event, {
  omit: ['subjectType', 'subjectId', 'position'],
  derived: { userId: '$.subject_id', ip: origin('ip'), device: origin('user_agent') },
});

/** What happened to accounts, newest first. */
export const auditList = new ReadList(auditShape, {
  where: `$.subject_type = 'user'`,
  defaultSort: '-id',
  filters: {
    type: anyOf('type'),
    userId: anyOf('subjectId'),
    actorId: anyOf('actorId'),
    since: since('time'),
  },
});
