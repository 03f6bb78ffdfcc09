import type { ApiBodyOptions } from '@nestjs/swagger';
import { Uuid } from '../../common/fields/fields';

const TASK = { optional: true, description: 'The task to attach it to' };
const MESSAGE = { optional: true, description: 'The message to attach it to: one of your own' };

/** The fields that come before the file. */
export class UploadFieldsDto {
  @Uuid(TASK)
  taskId?: string;

  @Uuid(MESSAGE)
  messageId?: string;
}

/** A UUID, or nothing: forms send the fields that nobody filled, too. */
const ID_OR_EMPTY = {
  type: 'string',
  pattern: '^([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?$',
  example: '',
} as const;

/**
 * The whole form, for the document. Swagger UI sends it in this order, and fills each field with its example: an empty
 * one counts as left out, where an invented id would be looked for.
 */
export const UPLOAD_FORM: ApiBodyOptions = {
  description: 'The fields, at least one of them, and after them the file',
  schema: {
    type: 'object',
    required: ['file'],
    properties: {
      taskId: { ...ID_OR_EMPTY, description: TASK.description },
      messageId: { ...ID_OR_EMPTY, description: MESSAGE.description },
      file: { type: 'string', format: 'binary', description: 'The file, with its name; the last part' },
    },
  },
};
