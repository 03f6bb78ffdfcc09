import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
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

/** A route that may be repeated safely under one `Idempotency-Key`: the first 2xx answer is kept for 24 hours. */
export function Idempotent(): MethodDecorator {
  return applyDecorators(UseInterceptors(IdempotencyInterceptor), TakesIdempotencyKey());
}

/** Honours `Idempotency-Key` on the routes that are `@Idempotent()`. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly idempotency: IdempotencyService,
    @Inject(CALLER_OF) private readonly callerOf: CallerOf,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (request.headers['idempotency-key'] === undefined) return next.handle();
    const caller = this.callerOf(request);
    const key = idempotencyKey(request);
    if (!caller || key === undefined) return next.handle();
    return from(this.once(key, caller, request, http.getResponse<FastifyReply>(), next));
  }

  private async once(
    key: string,
    caller: Caller,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ) {
    const { method, body } = request;
    const path = request.url.split('?', 1)[0] ?? '';
    const repeatable = { userId: caller.id, method, path, key, body: JSON.stringify(body ?? null) };
    let answer: unknown;
    const outcome = await this.idempotency.once(repeatable, async () => {
      answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
      return toReply(answer, reply);
    });
    if (!outcome.replayed) return answer;
    reply.headers({ ...outcome.reply.headers, 'Idempotent-Replayed': 'true' });
    return outcome.reply.body === null ? undefined : new JsonText(outcome.reply.body);
  }
}

/** What is kept of an answer: its body and the headers that belong to the resource. */
function toReply(answer: unknown, reply: FastifyReply): Reply {
  const location = reply.getHeader('location');
  const headers = {
    ...(typeof location === 'string' ? { Location: location } : {}),
    ...(answer instanceof Representation ? { ETag: answer.etag } : {}),
  };
  const body =
    answer instanceof JsonText ? answer.text : answer === undefined ? null : JSON.stringify(answer);
  return { status: reply.statusCode, headers, body };
}
