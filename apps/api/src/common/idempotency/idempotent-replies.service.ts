import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
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

/** Honours `Idempotency-Key` on the routes that are `@Idempotent()`. */
@Injectable()
export class IdempotentReplies {
  constructor(
    private readonly idempotency: IdempotencyService,
    @Inject(CALLER_OF) private readonly callerOf: CallerOf,
  ) {}

  /**
   * The answer of `work`, or the one that it gave before under the request's key.
   * @param secrets members of the answer that are not kept
   * @throws ValidationFailed, IdempotencyInFlight, IdempotencyKeyReused, and what `work` throws: then nothing is kept
   */
  async once(reply: FastifyReply, secrets: readonly string[], work: () => unknown): Promise<unknown> {
    const { request } = reply;
    const caller = this.callerOf(request);
    const key = idempotencyKey(request);
    if (!caller || key === undefined) return work();
    const { method, body } = request;
    const path = request.url.split('?', 1)[0] ?? '';
    const repeatable = { userId: caller.id, method, path, key, body: JSON.stringify(body ?? null) };
    let answer: unknown;
    const outcome = await this.idempotency.once(repeatable, async () => {
      answer = await work();
      return toReply(answer, reply, secrets);
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
