import type { FastifyRequest } from 'fastify';
import { ValidationFailed } from '../errors/common.errors';

const VISIBLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** The `Idempotency-Key` of a request, bare or quoted: 1–255 visible ASCII characters. */
export function idempotencyKey(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  const text = String(header);
  const bare = /^"(.*)"$/.exec(text)?.[1] ?? text;
  if (VISIBLE.test(bare)) return bare;
  const detail = 'must be 1 to 255 visible ASCII characters';
  const error = { in: 'header', pointer: '#/Idempotency-Key', code: 'bad_format', detail } as const;
  throw ValidationFailed.error(undefined, { errors: [error] });
}
