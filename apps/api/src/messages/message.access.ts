import { visible as visibleTask } from '../tasks/task.access';

/*
 * SQL for who may, over a message's alias. `viewer` and `admin` are placeholders: the viewer's id, and whether they
 * administer.
 */

/**
 * Everybody sees every message whose task they see, and those without a task. Asked in this form the planner looks up
 * the task of each row for a page, and joins once for a count.
 */
export function visible(alias: string): string {
  return `NOT EXISTS (SELECT 1 FROM tasks own WHERE own.id = ${alias}.task_id AND NOT (${visibleTask('own')}))`;
}

/** Its sender may change what a message says; nobody else, not even an admin. */
export function editable(alias: string, viewer: string): string {
  return isSender(alias, viewer);
}

/** Its sender, or an admin, may delete a message. */
export function deletable(alias: string, viewer: string, admin: string): string {
  return `(${admin}::boolean OR ${isSender(alias, viewer)})`;
}

/** Its sender, or an admin, may attach files to a message. */
export const attachable = deletable;

/** A message that is visible and was not deleted has room for attachments. */
export function takesAttachments(alias: string): string {
  return `(${alias}.status <> 'deleted' AND ${visible(alias)})`;
}

/** What was imported may have no sender: then it is nobody's. */
function isSender(alias: string, viewer: string): string {
  return `coalesce(${alias}.sender_id = ${viewer}::uuid, false)`;
}
