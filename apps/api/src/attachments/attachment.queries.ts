import { anyOf, columnList, placeholders, ReadList, ReadShape, since, statement } from '@app/database';
import { eventOf } from '../events/outbox';
import { attachable, takesAttachments, visible as visibleMessage } from '../messages/message.access';
import { visible as visibleTask } from '../tasks/task.access';
import { deletable, visible } from './attachment.access';
import { Attachment } from './attachment.entity';

const attachmentShape = new ReadShape(Attachment);

export const attachmentList = new ReadList(attachmentShape, {
  where: visible('$'),
  defaultSort: '-createdAt',
  filters: {
    taskId: anyOf('taskId'),
    messageId: anyOf('messageId'),
    uploadedBy: anyOf('uploadedBy'),
    createdSince: since('createdAt'),
  },
});

export const ATTACHMENT_BY_ID = attachmentShape.byKey('id', visible('$'));

/** $1 id. Answers a `FileRow`. */
export const FILE_BY_ID = statement(`
  SELECT a.id, a.filename, a.mime_type AS "mimeType", a.sha256, a.file_path AS key
  FROM attachments a WHERE a.id = $1 AND ${visible('a')}`);

/** $1 uploader. Their uploads are counted one after the other, so that two at once cannot both take the last room. */
export const QUEUE_UPLOAD = statement(
  `SELECT pg_advisory_xact_lock(hashtextextended('attachments of ' || $1::text, 0))`,
);

/** $1 viewer, $2 whether they administer, $3 task or null, $4 message or null. Answers an `AttachStanding`. */
export const ATTACH_STANDING = statement(`
  SELECT $3::uuid IS NULL OR EXISTS (SELECT 1 FROM tasks t WHERE t.id = $3::uuid AND ${visibleTask('t')}) AS "taskSeen",
         $4::uuid IS NULL OR m.id IS NOT NULL AS "messageSeen",
         $4::uuid IS NULL OR ${attachable('m', '$1', '$2')} AS allowed,
         $4::uuid IS NULL OR coalesce(${takesAttachments('m')}, false) AS "messageOpen",
         $3::uuid IS NULL OR $4::uuid IS NULL OR coalesce(m.task_id = $3::uuid, false) AS together,
         (SELECT coalesce(sum(own.size_bytes), 0)::text FROM attachments own
          WHERE own.uploaded_by = $1::uuid AND own.deleted_at IS NULL) AS used
  FROM (SELECT) AS one LEFT JOIN messages m ON m.id = $4::uuid AND ${visibleMessage('m')}`);

const GIVEN = [
  'id',
  'filename',
  'filePath',
  'mimeType',
  'sizeBytes',
  'messageId',
  'taskId',
  'sha256',
] as const;

/** $1 viewer, $2 request id, $3… id, file name, key, media type, bytes, message, task, SHA-256. */
export const CREATE_ATTACHMENT = statement(`
  WITH changed AS (
    INSERT INTO attachments (uploaded_by, ${columnList(attachmentShape, GIVEN)})
    VALUES ($1::uuid, ${placeholders(attachmentShape, GIVEN, 3)})
    RETURNING *, xmin::text AS version
  ), event AS (
    ${eventOf('attachment.created', 'changed', {
      actor: '$1',
      requestId: '$2',
      data: `jsonb_build_object('taskId', changed.task_id, 'messageId', changed.message_id)`,
    })}
  )
  SELECT changed.version, ${attachmentShape.json('changed')}::text AS json FROM changed`);

/** $1 id. */
export const IS_ATTACHED = statement('SELECT 1 FROM attachments WHERE id = $1');

/** The blob stays: backups may still need it. $1 viewer, $2 request id, $3 id, $4 accepted versions or null, $5 whether the viewer administers. */
export const DELETE_ATTACHMENT = statement(`
  WITH changed AS (
    UPDATE attachments a SET deleted_at = now()
    WHERE a.id = $3 AND ${visible('a')} AND ${deletable('a', '$1', '$5')}
      AND ($4::text[] IS NULL OR a.xmin::text = ANY($4::text[]))
    RETURNING a.id
  ), event AS (${eventOf('attachment.deleted', 'changed', { actor: '$1', requestId: '$2' })})
  SELECT id FROM changed`);

/** $1 viewer, $2 id, $3 whether the viewer administers. */
export const DELETE_STANDING = statement(`
  SELECT a.xmin::text AS version, ${deletable('a', '$1', '$3')} AS allowed
  FROM attachments a WHERE a.id = $2 AND ${visible('a')}`);
