import { applyDecorators, Inject } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { currentReply } from '../http/request-scope';
import { IdempotentReplies } from './idempotent-replies.service';

interface IdempotentOptions {
  /** Members of the answer that are shown once: what is kept of the answer, and replayed, is without them. */
  readonly secrets?: readonly string[];
}

type Handler = (this: Repeatable, ...args: unknown[]) => unknown;

const REPLIES = Symbol('REPLIES');

/** A controller with such routes. */
interface Repeatable {
  readonly [REPLIES]: IdempotentReplies;
}

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
export function Idempotent({ secrets = [] }: IdempotentOptions = {}): MethodDecorator {
  return applyDecorators(onceForEachKey(secrets), TakesIdempotencyKey());
}

/**
 * Wraps the handler itself. An interceptor would do the same, but Nest then carries every request of the route through a
 * chain of observables: a quarter of all that such a request allocates, also where no key was sent.
 */
function onceForEachKey(secrets: readonly string[]): MethodDecorator {
  return <T>(controller: object, _name: string | symbol, method: TypedPropertyDescriptor<T>) => {
    Inject(IdempotentReplies)(controller, REPLIES);
    const handle = method.value as Handler;
    const once: Handler = function (...args) {
      const work = () => handle.apply(this, args);
      const reply = currentReply();
      const repeatable = reply?.request.headers['idempotency-key'] !== undefined;
      return reply && repeatable ? this[REPLIES].once(reply, secrets, work) : work();
    };
    for (const key of Reflect.getOwnMetadataKeys(handle) as string[])
      Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, handle), once);
    // The document's operation ids are made of it.
    Object.defineProperty(once, 'name', { value: handle.name });
    method.value = once as T;
  };
}
