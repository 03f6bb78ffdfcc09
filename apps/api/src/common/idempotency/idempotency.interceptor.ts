import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { JsonText, Representation } from '../http/representation';
import { idempotencyKey } from './idempotency-key';
import { IdempotencyService, type Reply } from './idempotency.service';

interface Caller {
  readonly id: string;
}

/** Who sends a request; undefined: somebody who did not sign in. */
export type CallerOf = (request: FastifyRequest) => Caller | undefined;

/** Injection token of the `CallerOf`. */
export const CALLER_OF = Symbol('CALLER_OF');

/** Documents `Idempotency-Key` on a route that honours it itself. */
export function TakesIdempotencyKey(): MethodDecorator {
  const description =
    'Makes the request safe to repeat: within 24 hours the same key and body replay the first answer';
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description,
    schema: { type: 'string', maxLength: 255 },
  });
}

const SECRETS = 'idempotency:secrets';

interface IdempotentOptions {
  /** Members of the answer that are shown once: what is kept of the answer, and replayed, is without them. */
  readonly secrets?: readonly string[];
}

/** A route that may be repeated safely under one `Idempotency-Key`: the first 2xx answer is kept for 24 hours. */
export function Idempotent({ secrets = [] }: IdempotentOptions = {}): MethodDecorator {
  return applyDecorators(
    SetMetadata(SECRETS, secrets),
    UseInterceptors(IdempotencyInterceptor),
    TakesIdempotencyKey(),
  );
}

/** Honours `Idempotency-Key` on the routes that are `@Idempotent()`. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly idempotency: IdempotencyService,
    private readonly reflector: Reflector,
    @Inject(CALLER_OF) private readonly callerOf: CallerOf,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (request.headers['idempotency-key'] === undefined) return next.handle();
    const caller = this.callerOf(request);
    const key = idempotencyKey(request);
    if (!caller || key === undefined) return next.handle();
    const secrets = this.reflector.get<readonly string[]>(SECRETS, context.getHandler());
    const work = async () => {
      const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      return { answer, kept: toReply(answer, http.getResponse<FastifyReply>(), secrets) };
    };
    return from(this.once(key, caller, request, http.getResponse<FastifyReply>(), work));
  }

  private async once(
    key: string,
    caller: Caller,
    request: FastifyRequest,
    reply: FastifyReply,
    work: () => Promise<{ answer: unknown; kept: Reply }>,
  ) {
    const { method, body } = request;
    const path = request.url.split('?', 1)[0] ?? '';
    const repeatable = { userId: caller.id, method, path, key, body: JSON.stringify(body ?? null) };
    let answer: unknown;
    const outcome = await this.idempotency.once(repeatable, async () => {
      const done = await work();
      answer = done.answer;
      return done.kept;
    });
    if (!outcome.replayed) return answer;
    reply.headers({ ...outcome.reply.headers, 'Idempotent-Replayed': 'true' });
    return outcome.reply.body === null ? undefined : new JsonText(outcome.reply.body);
  }
}

/** What is kept of an answer: its body, but for secrets, and the headers that belong to the resource. */
function toReply(answer: unknown, reply: FastifyReply, secrets: readonly string[]): Reply {
  const location = reply.getHeader('location');
  const headers = {
    ...(typeof location === 'string' ? { Location: location } : {}),
    ...(answer instanceof Representation ? { ETag: answer.etag } : {}),
  };
  const body =
    answer instanceof JsonText ? answer.text : answer === undefined ? null : JSON.stringify(answer);
  return { status: reply.statusCode, headers, body: body === null ? null : without(secrets, body) };
}

/** A JSON object without some of its members; the text stays as it is where it has none of them. */
function without(names: readonly string[], body: string): string {
  if (names.length === 0) return body;
  const content = JSON.parse(body) as Record<string, unknown>;
  if (!names.some((name) => name in content)) return body;
  return JSON.stringify(
    Object.fromEntries(Object.entries(content).filter(([name]) => !names.includes(name))),
  );
}
