import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { acceptedVersions } from './preconditions';

/** The row versions that the client's `If-Match` accepts; null: any. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): string[] | null =>
  acceptedVersions(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);

/** Documents `If-Match` on a route that takes it. */
export function TakesIfMatch(): MethodDecorator {
  const description = 'The `ETag` that the change is based on; a newer version is answered 412';
  return applyDecorators(ApiHeader({ name: 'If-Match', required: false, description }));
}
