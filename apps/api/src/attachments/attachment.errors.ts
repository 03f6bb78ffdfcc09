import { defineProblem } from '../common/errors/problem';

export const AttachmentNotFound = defineProblem(
  404,
  'attachment_not_found',
  'There is no such attachment',
  'It never was, it was deleted, or what it hung on was.',
);
export const AttachmentContentGone = defineProblem(
  410,
  'attachment_content_gone',
  'The file is no longer there',
  'The attachment is known, but the storage does not have its file, e.g. because only the database was restored.',
);
export const AttachmentTooLarge = defineProblem(
  413,
  'attachment_too_large',
  'The file is too large',
  'Files may have up to `ATTACHMENT_MAX_BYTES` bytes, which the administrator sets. Nothing was kept.',
);
export const RangeNotSatisfiable = defineProblem(
  416,
  'range_not_satisfiable',
  'The file has no such bytes',
  '`Range` begins behind the end of the file; `Content-Range` says how long it is.',
);
export const AttachmentTargetsDiffer = defineProblem(
  422,
  'attachment_targets_differ',
  'The message does not belong to the task',
  'Where both `taskId` and `messageId` are given, the message has to be about that task.',
);
export const StorageQuotaExceeded = defineProblem(
  422,
  'storage_quota_exceeded',
  'Your storage is used up',
  'All files that one user has uploaded may have up to `ATTACHMENT_QUOTA_BYTES` bytes together, which the administrator sets. Delete some of yours.',
);
