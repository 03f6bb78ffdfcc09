/** What an event is about: names the routes of its resource, but for the installation, which has none. */
export const SUBJECT_TYPES = ['task', 'message', 'attachment', 'feature', 'user', 'installation'] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

export interface EventRule {
  readonly subject: SubjectType;
  /** Who sees it: whoever may read the subject, or admins alone. */
  readonly audience: 'team' | 'admins';
  /** What happened, and what `data` holds, for `docs/events.md`. */
  readonly description: string;
}

const team = (subject: SubjectType, description: string): EventRule => ({
  subject,
  audience: 'team',
  description,
});
const admins = (subject: SubjectType, description: string): EventRule => ({
  subject,
  audience: 'admins',
  description,
});

const CHANGED = '`data.changed`: names of the fields that were given';
const MOVED =
  '`data.fromStage`, `data.toStage`, `data.transitionId`; `data.forced`: against its dependencies';
const DEPENDENCY = '`data.dependsOnId`: the other feature; `data.type`';

/** Every type of event. Types are only ever added. */
export const EVENT_TYPES = {
  'task.created': team('task', 'A task was created.'),
  'task.updated': team('task', `A task was changed. ${CHANGED}.`),
  'task.deleted': team('task', 'A task was deleted: it is answered 404 from then on.'),
  'task.restored': team('task', 'A task that was deleted is back, with its messages and attachments.'),
  'task.purged': team(
    'task',
    'A task that was deleted long ago was removed, with its messages and attachments.',
  ),
  'message.created': team(
    'message',
    'A message was sent. `data.taskId`: the task that it is about, or null.',
  ),
  'message.updated': team('message', `A message was edited. ${CHANGED}.`),
  'message.deleted': team('message', 'A message was deleted; it stays in its place, empty.'),
  'attachment.created': team(
    'attachment',
    'A file was attached. `data.taskId`, `data.messageId`: to what, or null.',
  ),
  'attachment.deleted': team('attachment', 'An attachment was deleted.'),
  'feature.created': team(
    'feature',
    'A feature was created; entering its first stage is no event of its own.',
  ),
  'feature.updated': team('feature', `A feature was changed. ${CHANGED}.`),
  'feature.deleted': team('feature', 'A feature was deleted, with its history.'),
  'feature.transitioned': team('feature', `A feature moved to another stage. ${MOVED}.`),
  'feature.metrics_updated': team('feature', 'The code metrics of a feature were written.'),
  'feature.metrics_deleted': team('feature', 'The code metrics of a feature were removed.'),
  'feature.dependency_added': team('feature', `A feature now depends on another one. ${DEPENDENCY}.`),
  'feature.dependency_updated': team('feature', `A dependency of a feature changed its type. ${DEPENDENCY}.`),
  'feature.dependency_removed': team('feature', `A feature no longer depends on another one. ${DEPENDENCY}.`),
  'feature.tokens_recorded': team(
    'feature',
    "An entry was added to a feature's token ledger. `data.tokenUsageId`: the entry.",
  ),
  'feature.task_linked': team('feature', 'A task became part of a feature. `data.taskId`: the task.'),
  'feature.task_unlinked': team('feature', 'A task is no longer part of a feature. `data.taskId`: the task.'),
  'user.created': team('user', 'An account was made.'),
  'user.updated': team('user', `An account or profile was changed. ${CHANGED}.`),
  'user.deleted': team('user', 'A person was erased; their work stays.'),
  'user.password_changed': admins('user', 'A password was changed.'),
  'user.reset_requested': admins(
    'user',
    'Somebody asked for a link to set a new password. The subject has no `id` where there is no such account.',
  ),
  'user.link_issued': admins(
    'user',
    'An admin had a link made that sets the password of a user. `data.purpose`: `invitation` or `password_reset`.',
  ),
  'user.password_reset': admins('user', 'A password was set by a link; all sessions ended.'),
  'session.created': admins('user', 'Somebody signed in. `data.sessionId`: the session.'),
  'session.refreshed': admins('user', 'A session was renewed. `data.sessionId`: the session.'),
  'session.revoked': admins(
    'user',
    'Sessions ended. `data.reason`: why; `data.sessionId`: the session, or `data.sessions`: how many.',
  ),
  'session.failed': admins(
    'user',
    'Somebody tried to sign in and could not. The subject has no `id` where there is no such account.',
  ),
  'token.created': admins('user', 'An API token was made. `data.tokenId`: the token.'),
  'token.rotated': admins(
    'user',
    'An API token was replaced. `data.tokenId`: the new one; `data.replaces`: the old one.',
  ),
  'database.restored': admins(
    'installation',
    'The database was restored. `data.time`: the moment that it was brought back to; events after it did not happen.',
  ),
  'token.revoked': admins('user', 'An API token was revoked. `data.tokenId`: the token.'),
} as const satisfies Record<string, EventRule>;

export type EventType = keyof typeof EVENT_TYPES;

export const EVENT_TYPE_NAMES = Object.keys(EVENT_TYPES) as EventType[];

export function subjectTypeOf(type: EventType): SubjectType {
  return EVENT_TYPES[type].subject;
}
