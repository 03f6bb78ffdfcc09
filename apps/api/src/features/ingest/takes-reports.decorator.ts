import { Readable } from 'node:stream';
import { isUtf8 } from 'node:buffer';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BodyTooLarge, MalformedBody, UnsupportedMediaType } from '../../common/errors/common.errors';
import { RawBodies } from '../../common/openapi/raw-bodies';
import { IngestDto } from '../dto/ingest.dto';

const TEXT_TYPES = ['text/plain', 'application/xml', 'text/xml'];
const DESCRIPTIONS = {
  'text/plain': 'An lcov tracefile, or what `git diff --numstat --summary` says, with `-z` or without',
  'application/xml': 'A Cobertura report',
};

/** A route that takes a report as it is, or JSON. @param maxBytes how long a report may be */
export function TakesReports({ maxBytes }: { maxBytes: number }): MethodDecorator {
  return applyDecorators(
    RouteConfig({ reports: maxBytes }),
    ApiConsumes('application/json', ...Object.keys(DESCRIPTIONS)),
    ApiBody({ type: IngestDto }),
    RawBodies(DESCRIPTIONS),
  );
}

/** What was sent: a report, not yet read, or JSON. */
export class SentReport {
  constructor(
    private readonly stream: Readable,
    private readonly maxBytes: number,
  ) {}

  /** @throws BodyTooLarge, MalformedBody when it is no UTF-8 */
  async text(): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    // Not destroyed when it is too large: the client shall see its answer, not a reset connection.
    for await (const chunk of this.stream.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > this.maxBytes) throw BodyTooLarge.error(`A report may have up to ${this.maxBytes} bytes`);
      chunks.push(chunk as Buffer);
    }
    const whole = Buffer.concat(chunks);
    if (!isUtf8(whole)) throw MalformedBody.error('The report is not valid UTF-8');
    return whole.toString();
  }
}

/** A `SentReport`, or JSON that is not judged yet. */
export const ReportBody = createParamDecorator((_: unknown, context: ExecutionContext): unknown => {
  const { body, routeOptions } = context.switchToHttp().getRequest<FastifyRequest>();
  const { reports = 0 } = routeOptions.config as { reports?: number };
  return body instanceof Readable ? new SentReport(body, reports) : body;
});

/** Hands reports over unread to the routes that take them, so that whoever may not send any is refused before. */
export function acceptReports(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(TEXT_TYPES, (request, payload, done) => {
    const { reports } = request.routeOptions.config as { reports?: number };
    if (reports !== undefined || request.is404) done(null, payload);
    else done(UnsupportedMediaType.error());
  });
}
