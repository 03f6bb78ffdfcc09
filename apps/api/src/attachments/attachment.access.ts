import { takesAttachments } from '../messages/message.access';
import { visible as visibleTask } from '../tasks/task.access';

/**
 * An attachment is seen with what it hangs on, which is asked: everybody sees it while its task is visible and its
 * message is not deleted. That also hides one that arrived while its message was being deleted.
 */
export function visible(alias: string): string {
  return `${alias}.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM tasks own WHERE own.id = ${alias}.task_id AND NOT (${visibleTask('own')}))
    AND NOT EXISTS (SELECT 1 FROM messages via
                    WHERE via.id = ${alias}.message_id AND NOT ${takesAttachments('via')})`;
}

/**
 * Its uploader, or an admin, may delete an attachment.
 * @param viewer placeholder of the viewer's id
 * @param admin placeholder of whether they administer
 */
export function deletable(alias: string, viewer: string, admin: string): string {
  return `(${admin}::boolean OR coalesce(${alias}.uploaded_by = ${viewer}::uuid, false))`;
}
