import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchesAny } from '../../common/http/preconditions';
import type { StoredFile } from '../attachments.service';
import type { ByteRange } from '../../storage/storage.service';
import { RangeNotSatisfiable } from '../attachment.errors';
import { byteRange } from './byte-range';
import { contentDisposition } from './content-disposition';

/**
 * Answers a file, or the part of it that `Range` asks for, or 304. It is always a download and never trusted: whatever it
 * claims to be, no browser shows it as a page of this origin.
 * @throws RangeNotSatisfiable, Unreachable
 */
export async function sendFile(
  file: StoredFile,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<StreamableFile | undefined> {
  const etag = `"${file.sha256 ?? file.id}"`;
  const { 'if-none-match': known } = request.headers;
  void reply.headers({ ETag: etag, 'Cache-Control': 'private, no-cache', Vary: 'Authorization' });
  if (known !== undefined && matchesAny(known, etag)) {
    void reply.code(304);
    return undefined;
  }
  void reply.header('Accept-Ranges', 'bytes');
  const range = requestedRange(request, etag, file.blob.bytes);
  // Before anything says that it worked: the storage may be away. HEAD needs none of it.
  const content = request.method === 'HEAD' ? Readable.from([]) : await file.blob.read(range ?? undefined);
  void reply.headers({
    'Content-Type': file.mimeType ?? 'application/octet-stream',
    'Content-Disposition': contentDisposition(file.filename),
    'Content-Security-Policy': 'sandbox',
    'X-Content-Type-Options': 'nosniff',
    'Content-Length': range ? range.end - range.start + 1 : file.blob.bytes,
  });
  if (range) {
    const contentRange = `bytes ${range.start}-${range.end}/${file.blob.bytes}`;
    void reply.code(206).header('Content-Range', contentRange);
  }
  return new StreamableFile(content);
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
