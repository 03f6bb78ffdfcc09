/** What an event is about: names the routes of its resource. */
export type SubjectType = 'task' | 'message' | 'attachment' | 'feature' | 'user';

interface EventRule {
  readonly subject: SubjectType;
  /** Who sees it: whoever may read the subject, or admins alone. */
  readonly audience: 'team' | 'admins';
}

const team = (subject: SubjectType): EventRule => ({ subject, audience: 'team' });
const admins = (subject: SubjectType): EventRule => ({ subject, audience: 'admins' });

/** Every type of event. Types are only ever added. */
export const EVENT_TYPES = {
  'task.created': team('task'),
  'task.updated': team('task'),
  'task.deleted': team('task'),
  'message.created': team('message'),
  'message.updated': team('message'),
  'message.deleted': team('message'),
  'attachment.created': team('attachment'),
  'attachment.deleted': team('attachment'),
  'feature.created': team('feature'),
  'feature.updated': team('feature'),
  'feature.deleted': team('feature'),
  'feature.transitioned': team('feature'),
  'feature.metrics_updated': team('feature'),
  'feature.metrics_deleted': team('feature'),
  'feature.dependency_added': team('feature'),
  'feature.dependency_removed': team('feature'),
  'user.created': team('user'),
  'user.updated': team('user'),
  'user.deleted': team('user'),
  'user.password_changed': admins('user'),
  'session.created': admins('user'),
  'session.refreshed': admins('user'),
  'session.revoked': admins('user'),
} as const satisfies Record<string, EventRule>;

export type EventType = keyof typeof EVENT_TYPES;

export function subjectTypeOf(type: EventType): SubjectType {
  return EVENT_TYPES[type].subject;
}

export const ADMIN_EVENT_TYPES = Object.entries(EVENT_TYPES)
  .filter(([, rule]) => rule.audience === 'admins')
  .map(([type]) => type);
