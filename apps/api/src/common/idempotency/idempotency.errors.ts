import { defineProblem } from '../errors/problem';

export const IdempotencyInFlight = defineProblem(
  409,
  'idempotency_in_flight',
  'The same request is being worked on',
  'A request with this `Idempotency-Key` has not finished yet. Ask again after `Retry-After` seconds: then its answer is replayed.',
);
export const IdempotencyKeyReused = defineProblem(
  422,
  'idempotency_key_reused',
  'The idempotency key was used for another body',
  'Within 24 hours one `Idempotency-Key` stands for one request. Use a new key for a new one.',
);
