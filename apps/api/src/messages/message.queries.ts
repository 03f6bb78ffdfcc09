import {
  anyOf,
  assignments,
  columnList,
  condition,
  onePlan,
  placeholders,
  ReadList,
  ReadShape,
  since,
  statement,
  StatementCache,
} from '@app/database';
import { stands } from '../auth/assumption';
import { eventOf } from '../events/outbox';
import { visible as visibleTask } from '../tasks/task.access';
import { deletable, editable, visible } from './message.access';
import { Message } from './message.entity';

const messageShape = new ReadShape(Message);

const FILTERS = {
  taskId: anyOf('taskId'),
  senderId: anyOf('senderId'),
  type: anyOf('type'),
  status: anyOf('status'),
  createdSince: since('createdAt'),
  updatedSince: since('updatedAt'),
};

export const messageList = new ReadList(messageShape, {
  where: visible('$'),
  defaultSort: '-createdAt',
  filters: FILTERS,
});

/** A task's messages: a conversation, so the oldest come first. Whether the task is visible is asked once, not for each. */
export const taskMessageList = new ReadList(messageShape, {
  defaultSort: 'createdAt',
  filters: {
    ...FILTERS,
    taskId: onePlan(
      condition(`$.task_id = ? AND EXISTS (SELECT 1 FROM tasks t WHERE t.id = ? AND ${visibleTask('t')})`),
    ),
  },
});

export const MESSAGE_BY_ID = messageShape.byKey('id', visible('$'));

/** What a client may write once the message is there. */
export const WRITABLE = ['content', 'type'] as const;
export type MessageField = (typeof WRITABLE)[number];

const EVENT = { actor: '$1', requestId: '$2' };

const ANSWER = `SELECT changed.version, ${messageShape.json('changed')}::text AS json FROM changed`;

const GIVEN = ['content', 'type', 'taskId'] as const;

/** $1 viewer, $2 request id, $3 content, $4 type, $5 task or null, $6 session, $7 role. No row: the task cannot take messages. */
export const CREATE_MESSAGE = statement(
  `
  WITH changed AS (
    INSERT INTO messages (sender_id, ${columnList(messageShape, GIVEN)})
    SELECT $1::uuid, ${placeholders(messageShape, GIVEN, 3)}
    WHERE ${stands('$1', '$6', '$7')}
      AND ($5::uuid IS NULL OR EXISTS (SELECT 1 FROM tasks t WHERE t.id = $5::uuid AND ${visibleTask('t')}))
    RETURNING *, xmin::text AS version
  ), event AS (
    ${eventOf('message.created', 'changed', { ...EVENT, data: `jsonb_build_object('taskId', changed.task_id)` })}
  )
  ${ANSWER}`,
  { row: null },
);

const LIVE = `m.status <> 'deleted'`;
const ACCEPTED = `($4::text[] IS NULL OR m.xmin::text = ANY($4::text[]))`;

const updates = new StatementCache();

/** $1 viewer, $2 request id, $3 id, $4 accepted versions or null, $5 names of the fields (JSON), $6… their values. */
export function updateMessage(fields: readonly MessageField[]) {
  return updates.get(
    fields.join(),
    () => `
    WITH changed AS (
      UPDATE messages m SET ${assignments(messageShape, fields, 6)}, status = 'edited'
      WHERE m.id = $3 AND ${visible('m')} AND ${editable('m', '$1')} AND ${ACCEPTED} AND ${LIVE}
      RETURNING m.*, m.xmin::text AS version
    ), event AS (
      ${eventOf('message.updated', 'changed', { ...EVENT, data: `jsonb_build_object('changed', $5::jsonb)` })}
    )
    ${ANSWER}`,
  );
}

/**
 * Empties the message and takes its attachments along, in one statement.
 * $1 viewer, $2 request id, $3 id, $4 accepted versions or null, $5 whether the viewer administers.
 */
export const DELETE_MESSAGE = statement(`
  WITH changed AS (
    UPDATE messages m SET content = '', status = 'deleted'
    WHERE m.id = $3 AND ${visible('m')} AND ${deletable('m', '$1', '$5')} AND ${ACCEPTED} AND ${LIVE}
    RETURNING m.id
  ), detached AS (
    UPDATE attachments a SET deleted_at = now()
    FROM changed WHERE a.message_id = changed.id AND a.deleted_at IS NULL
    RETURNING a.id
  ), event AS (${eventOf('message.deleted', 'changed', EVENT)}
  ), detached_event AS (${eventOf('attachment.deleted', 'detached', EVENT)})
  SELECT id FROM changed`);

const standing = (allowed: string) =>
  statement(`
  SELECT m.xmin::text AS version, ${allowed} AS allowed FROM messages m WHERE m.id = $2 AND ${visible('m')}`);

/** $1 viewer, $2 id. */
export const EDIT_STANDING = standing(editable('m', '$1'));
/** $1 viewer, $2 id, $3 whether the viewer administers. */
export const DELETE_STANDING = standing(deletable('m', '$1', '$3'));
