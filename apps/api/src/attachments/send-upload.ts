import type { FastifyReply, FastifyRequest } from 'fastify';
import { JsonText } from '../common/http/representation';
import { idempotencyKey } from '../common/idempotency/idempotency-key';
import type { UploadOutcome, UploadRequest } from './uploads.service';

/** @throws ValidationFailed when the `Idempotency-Key` is none */
export function uploadRequest(request: FastifyRequest): UploadRequest {
  return { path: request.url.split('?', 1)[0] ?? '', key: idempotencyKey(request) };
}

/** The answer to an upload, or that to the earlier one which it repeats. */
export function sendUpload(
  { reply: { headers, body }, replayed }: UploadOutcome,
  reply: FastifyReply,
): JsonText {
  void reply.headers({ ...headers, 'Cache-Control': 'private, no-cache', Vary: 'Authorization' });
  if (replayed) void reply.header('Idempotent-Replayed', 'true');
  return new JsonText(body ?? '');
}
