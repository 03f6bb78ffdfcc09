import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { TaskResponse } from '../dto/task.response';

const HEADERS = {
  'Content-Disposition': { description: '`attachment`, with the name of a file', schema: { type: 'string' } },
};
const content = {
  'text/csv': { schema: { type: 'string' } },
  'application/json': { schema: { type: 'array', items: { $ref: getSchemaPath(TaskResponse) } } },
};

/** 200 with all tasks in the form that was asked for. */
export function AnswersExport(): MethodDecorator {
  return applyDecorators(
    HttpCode(200),
    ApiExtraModels(TaskResponse),
    ApiResponse({ status: 200, description: 'The tasks', headers: HEADERS, content } as never),
  );
}
