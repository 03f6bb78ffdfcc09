import { ArgumentsHost, Catch, ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidCursor } from '@app/database';
import {
  BodyTooLarge,
  Forbidden,
  InternalError,
  InvalidCursorProblem,
  MalformedBody,
  MethodNotAllowed,
  NotFound,
  Unauthenticated,
  Unavailable,
  UnsupportedMediaType,
  ValidationFailed,
} from './common.errors';
import { verdictOn } from '../http/gate';
import { databaseProblem } from './database-problem';
import { Problem } from './problem';
import { problemAnswered } from './problem.observations';
import { Unreachable } from './unreachable';

const KIND_OF_STATUS = new Map(
  [
    MalformedBody,
    Unauthenticated,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    BodyTooLarge,
    UnsupportedMediaType,
  ].map((kind) => [kind.status, kind]),
);

/** What a thrown thing means to the client. Whatever is not known here is our failure: 500, and logged. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof Unreachable) return Unavailable.error();
  if (thrown instanceof InvalidCursor) {
    const detail = 'cursor belongs to another list, sort or filter';
    const errors = [{ in: 'query', pointer: '#/cursor', code: 'invalid_cursor', detail }] as const;
    return InvalidCursorProblem.error(undefined, { errors });
  }
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusOf(thrown);
  const kind = KIND_OF_STATUS.get(status) ?? (status >= 400 && status < 500 ? ValidationFailed : undefined);
  if (kind) return kind.error(kind === NotFound ? undefined : messageOf(thrown));
  return databaseProblem(thrown) ?? InternalError.error();
}

function statusOf(thrown: unknown): number {
  const status = (thrown as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}

function messageOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? thrown.message : undefined;
}

/** Answers every failure as `application/problem+json`, and nothing else ever. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  /** @param publicUrl where the pages of the problem types are */
  constructor(private readonly publicUrl: string) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const answer = (failure: unknown) => this.answer(failure, request, http.getResponse<FastifyReply>());
    const verdict = verdictOn(request);
    if (verdict) verdict.then(() => answer(thrown), answer);
    else answer(thrown);
  }

  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = toProblem(thrown);
    const { kind, extras } = problem;
    if (kind.status === 500) this.logger.error(thrown);
    if (thrown instanceof Unreachable) this.logger.warn(thrown.message);
    if (reply.raw.headersSent) return;
    problemAnswered.tell({ code: kind.code });
    const document = {
      type: `${this.publicUrl}/docs/problems/${kind.code}`,
      title: kind.title,
      status: kind.status,
      detail: problem.detail,
      instance: request.url.split('?', 1)[0],
      code: kind.code,
      requestId: request.id,
      ...(extras.errors ? { errors: extras.errors } : {}),
      ...extras.members,
    };
    if (kind.status === 401 && !extras.headers?.['WWW-Authenticate'])
      reply.header('WWW-Authenticate', 'Bearer');
    if (kind.status === 503 || kind.status === 429) reply.header('Retry-After', '1');
    if (kind.status >= 500) reply.header('Cache-Control', 'no-store');
    void reply
      .headers(extras.headers ?? {})
      .status(kind.status)
      .header('Content-Type', 'application/problem+json; charset=utf-8')
      .serializer((payload: unknown) => JSON.stringify(payload))
      .send(document);
  }
}
