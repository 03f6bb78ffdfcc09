import type { OpenAPIObject } from '@nestjs/swagger';
import {
  BodyTooLarge,
  Forbidden,
  InsufficientScope,
  InternalError,
  InvalidCursorProblem,
  MalformedBody,
  NotAcceptable,
  StorageFull,
  TooManyRequests,
  Unauthenticated,
  Unavailable,
  UnsupportedMediaType,
  ValidationFailed,
} from '../errors/common.errors';
import { type ProblemKind, problemKinds } from '../errors/problem';

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'A failure (RFC 9457). Some codes add members of their own, e.g. what stands in the way',
  additionalProperties: true,
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'A page about this code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', description: 'The path that was asked' },
    code: { type: 'string', description: 'Stable: what programs look at' },
    requestId: { type: 'string', description: 'The same as in the `X-Request-Id` header and in the log' },
    errors: {
      type: 'array',
      description: 'What is wrong with the input, part by part',
      items: {
        type: 'object',
        required: ['in', 'pointer', 'code', 'detail'],
        properties: {
          in: { type: 'string', enum: ['body', 'query', 'path', 'header'] },
          pointer: { type: 'string', example: '#/title' },
          code: { type: 'string', example: 'too_long' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds to wait before the next try', schema: { type: 'integer' } },
};

/** What a failure says in headers, by status. */
const HEADERS: Readonly<Record<number, object>> = {
  401: { 'WWW-Authenticate': { description: '`Bearer`', schema: { type: 'string' } } },
  429: RETRY_AFTER,
  503: RETRY_AFTER,
};

interface Operation {
  parameters?: { name: string }[];
  requestBody?: unknown;
  responses: Record<string, object>;
  'x-public'?: boolean;
  'x-permission'?: { scope: string | null };
  'x-problems'?: string[];
  'x-any-query'?: boolean;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Gives every operation the failures that it can answer: its own, and those of its kind; and 304 to single reads. */
export function addProblems(document: OpenAPIObject, publicUrl: string): OpenAPIObject {
  document.components = { ...document.components };
  document.components.schemas = { ...document.components.schemas, Problem: PROBLEM_SCHEMA as never };
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method] as Operation | undefined;
      if (operation) describeFailures(operation, publicUrl);
      if (operation && method === 'get') describeNotModified(operation);
    }
  }
  return document;
}

/** What has an `ETag` can be asked for on condition. */
function describeNotModified({ responses }: Operation): void {
  const { headers = {} } = (responses['200'] ?? {}) as { headers?: object };
  if ('ETag' in headers) responses['304'] = { description: 'It is what `If-None-Match` names', headers };
}

function describeFailures(operation: Operation, publicUrl: string): void {
  const own = (operation['x-problems'] ?? [])
    .map((code) => problemKinds().get(code))
    .filter((kind) => !!kind);
  const byStatus = Map.groupBy(new Set([...commonFailures(operation), ...own]), (kind) => kind.status);
  delete operation['x-problems'];
  delete operation['x-any-query'];
  for (const [status, kinds] of byStatus) operation.responses[status] = failure(status, kinds, publicUrl);
}

function commonFailures(operation: Operation): ProblemKind[] {
  const kinds = [NotAcceptable, TooManyRequests, InternalError, Unavailable];
  if (!operation['x-public']) kinds.push(Unauthenticated, Forbidden);
  if (operation['x-permission']?.scope) kinds.push(InsufficientScope);
  if (!operation['x-any-query']) kinds.push(ValidationFailed);
  if (operation.parameters?.some(({ name }) => name === 'cursor')) kinds.push(InvalidCursorProblem);
  if (operation.requestBody) kinds.push(MalformedBody, BodyTooLarge, UnsupportedMediaType, StorageFull);
  return kinds;
}

function failure(status: number, kinds: readonly ProblemKind[], publicUrl: string): object {
  const examples = Object.fromEntries(kinds.map((kind) => [kind.code, { value: example(kind, publicUrl) }]));
  return {
    description: kinds.map((kind) => `\`${kind.code}\`: ${kind.title}`).join('\n\n'),
    ...(HEADERS[status] && { headers: HEADERS[status] }),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' }, examples } },
  };
}

function example({ status, code, title }: ProblemKind, publicUrl: string): object {
  const type = `${publicUrl}/docs/problems/${code}`;
  const requestId = '0b2f6f1e-6b0e-4a53-9b55-7b1c5a4d9f10';
  return { type, title, status, detail: title, instance: '/api/v1/…', code, requestId };
}
