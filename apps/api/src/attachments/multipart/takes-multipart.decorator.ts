import { Readable } from 'node:stream';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { UnsupportedMediaType } from '../../common/errors/common.errors';
import { MultipartReader } from './multipart-reader';

const MEDIA_TYPE = 'multipart/form-data';
/** What a client may still send once it has its answer, in bytes. */
const MAX_PASSED_OVER = 16 * 1024 ** 2;

/** A route whose body is a form with files: it alone takes multipart/form-data, and it takes nothing else. */
export function TakesMultipart(): MethodDecorator {
  return applyDecorators(RouteConfig({ multipart: true }), ApiConsumes(MEDIA_TYPE));
}

/** The form, not yet read. */
export const MultipartBody = createParamDecorator(
  (_: unknown, context: ExecutionContext): MultipartReader => {
    const { body, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!(body instanceof Readable)) throw UnsupportedMediaType.error(`Send this as ${MEDIA_TYPE}`);
    const length = headers['content-length'];
    return new MultipartReader(
      body,
      headers['content-type'] ?? '',
      length === undefined ? undefined : Number(length),
    );
  },
);

/**
 * Hands form bodies over unread to the routes that take them, so that whoever may not upload is refused before. What is
 * then not read is passed over, or the client would see a reset connection instead of its answer.
 */
export function acceptMultipart(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(MEDIA_TYPE, (request, payload, done) => {
    const { multipart } = request.routeOptions.config as { multipart?: boolean };
    if (multipart || request.is404) done(null, payload);
    else done(UnsupportedMediaType.error());
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    if (request.body instanceof Readable) passOver(request.body, request);
    done();
  });
}

function passOver(body: Readable, { raw: { socket } }: FastifyRequest): void {
  if (body.readableEnded || socket.destroyed) {
    body.destroy();
    return;
  }
  const stop = () => body.destroy();
  let bytes = 0;
  socket.once('close', stop);
  body.once('close', () => socket.off('close', stop));
  body.on('error', () => undefined);
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_PASSED_OVER) socket.destroy();
  });
}
