import {
  anyOf,
  assignments,
  atLeast,
  atMost,
  before,
  columnList,
  flag,
  fullText,
  placeholders,
  ReadList,
  ReadShape,
  since,
  statement,
  StatementCache,
} from '@app/database';
import { stands } from '../auth/assumption';
import { eventOf } from '../events/outbox';
import { deletable, editable, restorable, visible } from './task.access';
import { Task } from './task.entity';

export const taskShape = new ReadShape(Task);

export const taskList = new ReadList(taskShape, {
  where: visible('$'),
  defaultSort: '-createdAt',
  filters: {
    status: anyOf('status'),
    priority: anyOf('priority'),
    priorityMin: atLeast('priority'),
    priorityMax: atMost('priority'),
    assignedTo: anyOf('assignedTo'),
    createdBy: anyOf('createdBy'),
    dueBefore: before('dueDate'),
    dueAfter: since('dueDate'),
    overdue: flag(`$.due_date < now() AND $.status NOT IN ('completed', 'cancelled')`),
    createdSince: since('createdAt'),
    updatedSince: since('updatedAt'),
    q: fullText('search', { title: 'title', description: 'description' }),
  },
});

export const TASK_BY_ID = taskShape.byKey('id', visible('$'));

/** What a client may write. */
export const WRITABLE = ['title', 'description', 'status', 'priority', 'assignedTo', 'dueDate'] as const;
export type TaskField = (typeof WRITABLE)[number];

/** $1 viewer, $2 whether they administer, $3 request id. */
const VIEWER = { viewer: '$1', admin: '$2' };
const EVENT = { actor: '$1', requestId: '$3' };

const ANSWER = `SELECT changed.version, ${taskShape.json('changed')}::text AS json FROM changed`;

function assignable(placeholder: string): string {
  return `(${placeholder}::uuid IS NULL OR EXISTS (
    SELECT 1 FROM users u WHERE u.id = ${placeholder}::uuid AND u.status IN ('active', 'invited')))`;
}

/** $1 viewer, $2 request id, $3… the writable fields, $9 session, $10 role. No row: the assignee cannot take tasks. */
export const CREATE_TASK = statement(
  `
  WITH changed AS (
    INSERT INTO tasks (created_by, ${columnList(taskShape, WRITABLE)}, completed_at)
    SELECT $1::uuid, ${placeholders(taskShape, WRITABLE, 3)}, CASE WHEN $5 = 'completed' THEN now() END
    WHERE ${stands('$1', '$9', '$10')} AND ${assignable('$7')}
    RETURNING *, xmin::text AS version
  ), event AS (${eventOf('task.created', 'changed', { actor: '$1', requestId: '$2' })})
  ${ANSWER}`,
  { row: null },
);

const updates = new StatementCache();

/** $1 viewer, $2 admin, $3 request id, $4 id, $5 accepted versions or null, $6 names of the fields (JSON), $7 session, $8 role, $9… the values. */
export function updateTask(fields: readonly TaskField[]) {
  const at = (field: TaskField) => `$${fields.indexOf(field) + 9}`;
  const completion = `CASE WHEN ${at('status')} = 'completed' THEN coalesce(t.completed_at, now()) END`;
  return updates.get(
    fields.join(),
    () => `
    WITH changed AS (
      UPDATE tasks t SET ${assignments(taskShape, fields, 9)}
        ${fields.includes('status') ? `, completed_at = ${completion}` : ''}
      WHERE ${stands('$1', '$7', '$8')} AND t.id = $4 AND ${visible('t')} AND ${editable('t', VIEWER)}
        AND ($5::text[] IS NULL OR t.xmin::text = ANY($5::text[]))
        ${fields.includes('assignedTo') ? `AND ${assignable(at('assignedTo'))}` : ''}
      RETURNING t.*, t.xmin::text AS version
    ), event AS (
      ${eventOf('task.updated', 'changed', { ...EVENT, data: `jsonb_build_object('changed', $6::jsonb)` })}
    )
    ${ANSWER}`,
    fields.includes('status') ? undefined : { row: 4 },
  );
}

/** $1 viewer, $2 admin, $3 request id, $4 id, $5 accepted versions or null. */
export const DELETE_TASK = statement(`
  WITH changed AS (
    UPDATE tasks t SET deleted_at = now()
    WHERE t.id = $4 AND ${visible('t')} AND ${deletable('t', VIEWER)}
      AND ($5::text[] IS NULL OR t.xmin::text = ANY($5::text[]))
    RETURNING t.id
  ), event AS (${eventOf('task.deleted', 'changed', EVENT)})
  SELECT id FROM changed`);

/** $1 viewer, $2 admin, $3 request id, $4 id, $5 days for which it can be had back. */
export const RESTORE_TASK = statement(`
  WITH changed AS (
    UPDATE tasks t SET deleted_at = NULL WHERE t.id = $4 AND ${restorable('t', '$5', VIEWER)}
    RETURNING t.*, t.xmin::text AS version
  ), event AS (${eventOf('task.restored', 'changed', EVENT)})
  ${ANSWER}`);

const standing = (rule: typeof editable) =>
  statement(`
  SELECT t.xmin::text AS version, ${rule('t', VIEWER)} AS allowed FROM tasks t WHERE t.id = $3 AND ${visible('t')}`);

/** $1 viewer, $2 admin, $3 id. */
export const EDIT_STANDING = standing(editable);
export const DELETE_STANDING = standing(deletable);
