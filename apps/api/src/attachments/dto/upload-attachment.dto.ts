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

/** The whole form, for the document. Forms are sent in this order: the file's part has to be the last. */
export const UPLOAD_FORM: ApiBodyOptions = {
  description: 'The fields, at least one of them, and after them the file',
  schema: {
    type: 'object',
    required: ['file'],
    properties: {
      taskId: { type: 'string', format: 'uuid', description: TASK.description },
      messageId: { type: 'string', format: 'uuid', description: MESSAGE.description },
      file: { type: 'string', format: 'binary', description: 'The file, with its name; the last part' },
    },
  },
};
