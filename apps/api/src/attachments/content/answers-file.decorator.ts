import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';

const text = (description: string) => ({ description, schema: { type: 'string' } });
const HEADERS = {
  ETag: text('Names the content, for `If-None-Match` and `If-Range`'),
  'Content-Disposition': text('`attachment`, with the name of the file'),
  'Accept-Ranges': text('`bytes`'),
};
const content = { '*/*': { schema: { type: 'string', format: 'binary' } } };

/** 200 with a file, 206 with a part of it. */
export function AnswersFile(): MethodDecorator {
  const partial = { ...HEADERS, 'Content-Range': text('Which bytes these are, of how many') };
  return applyDecorators(
    HttpCode(200),
    ApiHeader({ name: 'Range', required: false, description: 'One range of bytes: `bytes=0-499`' }),
    ApiHeader({ name: 'If-Range', required: false, description: 'The `ETag` that the range belongs to' }),
    ApiResponse({ status: 200, description: 'The file', headers: HEADERS, content } as never),
    ApiResponse({ status: 206, description: 'A part of the file', headers: partial, content } as never),
  );
}
