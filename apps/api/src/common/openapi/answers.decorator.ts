import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import type { ProblemKind } from '../errors/problem';

const ETAG = {
  description: 'Version of the resource, for `If-None-Match` and `If-Match`',
  schema: { type: 'string' },
};
const LOCATION = {
  description: 'Where the resource is',
  schema: { type: 'string', format: 'uri-reference' },
};
const LINK = { description: '`<…>; rel="next"` while there is a next page', schema: { type: 'string' } };

/** 200 with one resource; 304 when `If-None-Match` names its version. */
export function AnswersOne(type: Type): MethodDecorator {
  return applyDecorators(
    HttpCode(200),
    ApiResponse({ status: 200, type, description: 'The resource', headers: { ETag: ETAG } } as never),
  );
}

/** 200 with an answer that is no resource of its own. */
export function Answers(type: Type, description: string): MethodDecorator {
  return applyDecorators(HttpCode(200), ApiResponse({ status: 200, type, description }));
}

/** 201 with the resource that was made, and its `Location`. */
export function AnswersCreated(type: Type): MethodDecorator {
  const headers = { ETag: ETAG, Location: LOCATION };
  return applyDecorators(
    HttpCode(201),
    ApiResponse({ status: 201, type, description: 'The resource that was made', headers } as never),
  );
}

/** 200 with what was put, as it now is; 201 when it was not there before. @param readable whether GET answers it too */
export function AnswersPut(type: Type, { readable }: { readable: boolean }): MethodDecorator {
  const tagged = readable ? { ETag: ETAG } : {};
  const located = readable ? { ...tagged, Location: LOCATION } : {};
  return applyDecorators(
    HttpCode(200),
    ApiResponse({
      status: 200,
      type,
      description: 'It was there, and is now this',
      headers: tagged,
    } as never),
    ApiResponse({ status: 201, type, description: 'It was made', headers: located } as never),
  );
}

/** 201 with an entry that was added to the list under this path; it has no address of its own, so no `Location`. */
export function AnswersAdded(type: Type): MethodDecorator {
  return applyDecorators(
    HttpCode(201),
    ApiResponse({ status: 201, type, description: 'The entry that was added; it is read in the list' }),
  );
}

/** 202: what was asked is done later, or not; this answer does not tell. */
export function AnswersAccepted(description: string): MethodDecorator {
  const schema = { type: 'object', required: ['message'], properties: { message: { type: 'string' } } };
  return applyDecorators(HttpCode(202), ApiResponse({ status: 202, description, schema } as never));
}

/** 204. */
export function AnswersNothing(): MethodDecorator {
  return applyDecorators(HttpCode(204), ApiResponse({ status: 204, description: 'Done' }));
}

const TOTAL = { total: { type: 'integer', description: 'How many items match, when `count=exact` asked' } };

/**
 * 200 with a page of resources.
 * @param always schemas of members that each page of this list has, in place of the `total` that others can have
 */
export function AnswersPage(type: Type, always?: Readonly<Record<string, object>>): MethodDecorator {
  const schema = {
    type: 'object',
    required: ['items', 'nextCursor', ...Object.keys(always ?? {})],
    properties: {
      items: { type: 'array', items: { $ref: getSchemaPath(type) } },
      nextCursor: {
        type: 'string',
        nullable: true,
        description: '`cursor` of the next page; null on the last',
      },
      ...(always ?? TOTAL),
    },
  };
  return applyDecorators(
    HttpCode(200),
    ApiExtraModels(type),
    ApiResponse({ status: 200, description: 'A page', headers: { Link: LINK }, schema } as never),
  );
}

/** The failures of a route's own, beside those that every route has. */
export function Problems(...kinds: ProblemKind[]): MethodDecorator {
  return applyDecorators(
    ApiExtension(
      'x-problems',
      kinds.map((kind) => kind.code),
    ),
  );
}
