import { Forbidden } from '../common/errors/common.errors';
import { MessageDeleted, MessageNotFound } from '../messages/message.errors';
import { TaskNotFound } from '../tasks/task.errors';
import { AttachmentTargetsDiffer, StorageQuotaExceeded } from './attachment.errors';

/** How somebody stands who wants to attach a file to a task, a message, or both. */
export interface AttachStanding {
  readonly taskSeen: boolean;
  readonly messageSeen: boolean;
  /** Whether they may attach to that message. */
  readonly allowed: boolean;
  /** Whether the message was not deleted. */
  readonly messageOpen: boolean;
  /** Whether the message is about the task. */
  readonly together: boolean;
  /** Bytes of all their files, as digits. */
  readonly used: string;
}

/**
 * Judges in the API's order: 404, 403, 409, 422.
 * @param bytes size of the file, as far as it is known
 * @param quota bytes that one user may have
 * @throws TaskNotFound, MessageNotFound, Forbidden, MessageDeleted, AttachmentTargetsDiffer, StorageQuotaExceeded
 */
export function refuseAttaching(standing: AttachStanding, bytes: number, quota: number): void {
  if (!standing.taskSeen) throw TaskNotFound.error();
  if (!standing.messageSeen) throw MessageNotFound.error();
  if (!standing.allowed) throw Forbidden.error();
  if (!standing.messageOpen) throw MessageDeleted.error();
  if (!standing.together) throw AttachmentTargetsDiffer.error();
  if (BigInt(standing.used) + BigInt(bytes) > BigInt(quota)) {
    throw StorageQuotaExceeded.error(`${standing.used} of ${quota} bytes are in use`);
  }
}
