import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesAny } from '../../common/http/preconditions';
import type { StoredFile } from '../attachments.service';
import { RangeNotSatisfiable } from '../attachment.errors';
import { type ByteRange, byteRange } from './byte-range';
import { contentDisposition } from './content-disposition';

/**
 * Answers a file, or the part of it that `Range` asks for, or 304. It is always a download and never trusted: whatever it
 * claims to be, no browser shows it as a page of this origin.
 * @throws RangeNotSatisfiable
 */
export function sendFile(
  file: StoredFile,
  request: FastifyRequest,
  reply: FastifyReply,
): StreamableFile | undefined {
  const etag = `"${file.sha256 ?? file.id}"`;
  const { 'if-none-match': known } = request.headers;
  void reply.headers({ ETag: etag, 'Cache-Control': 'private, no-cache', Vary: 'Authorization' });
  if (known !== undefined && matchesAny(known, etag)) {
    void reply.code(304);
    return undefined;
  }
  void reply.headers({
    'Accept-Ranges': 'bytes',
    'Content-Type': file.mimeType ?? 'application/octet-stream',
    'Content-Disposition': contentDisposition(file.filename),
    'Content-Security-Policy': 'sandbox',
    'X-Content-Type-Options': 'nosniff',
  });
  const range = requestedRange(request, etag, file.blob.bytes);
  const length = range ? range.end - range.start + 1 : file.blob.bytes;
  if (range) {
    const contentRange = `bytes ${range.start}-${range.end}/${file.blob.bytes}`;
    void reply.code(206).header('Content-Range', contentRange);
  }
  void reply.header('Content-Length', length);
  return new StreamableFile(file.blob.read(range ?? undefined));
}

/** `Range` means something for GET alone, and only while `If-Range` names this very content (RFC 9110 §13.1.5, §14.2). */
function requestedRange({ method, headers }: FastifyRequest, etag: string, bytes: number): ByteRange | null {
  const condition = headers['if-range'];
  if (method !== 'GET' || (condition !== undefined && condition !== etag)) return null;
  const range = byteRange(headers.range, bytes);
  if (range !== 'unsatisfiable') return range;
  throw RangeNotSatisfiable.error(`The file has ${bytes} bytes`, {
    headers: { 'Content-Range': `bytes */${bytes}` },
  });
}
