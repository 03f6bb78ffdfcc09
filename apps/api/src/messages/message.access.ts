import { visible as visibleTask } from '../tasks/task.access';

/*
 * SQL for who may, over a message's alias. `viewer` and `admin` are placeholders: the viewer's id, and whether they
 * administer.
 */

/**
 * Everybody sees every message whose task they see, and those without a task. A subquery of its own for each row,
 * since a join would make the planner read all tasks for one page.
 */
export function visible(alias: string): string {
  return `coalesce((SELECT ${visibleTask('own')} FROM tasks own WHERE own.id = ${alias}.task_id), true)`;
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
