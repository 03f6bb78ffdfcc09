import type { Readable } from 'node:stream';
import { MalformedBody } from '../../common/errors/common.errors';
import { boundaryOf, parsePartHeaders, type PartHeaders } from './part-headers';

/** Longest header block of a part, and the most that is passed over before and between parts, in bytes. */
const MAX_BYTES = 8 * 1024;
const CRLF = Buffer.from('\r\n');
const END_OF_HEADERS = Buffer.from('\r\n\r\n');
const CLOSING = Buffer.from('--');

/**
 * Reads a multipart/form-data body (RFC 7578) part by part. It pulls: nothing is read before somebody asks for it, so a
 * part of any size takes no more memory than a chunk, and the reader sets the pace. It is strict: a part that is not
 * well-formed is refused, where the usual parsers pass over it without a word.
 */
export class MultipartReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly delimiter: Buffer;
  /** Read, but not yet given away. It begins with the line break that the first delimiter may lack. */
  private held: Buffer = CRLF;
  /** Whether content may come before the next delimiter. */
  private inside = true;

  /**
   * @param length bytes of the whole body, where the client says so
   * @throws MalformedBody when the content type names no boundary
   */
  constructor(
    source: Readable,
    contentType: string,
    readonly length?: number,
  ) {
    this.delimiter = Buffer.from(`\r\n--${boundaryOf(contentType)}`);
    this.chunks = source.iterator({ destroyOnReturn: false });
  }

  /** The headers of the next part; null after the last one. The part before must have been read. @throws MalformedBody */
  async next(): Promise<PartHeaders | null> {
    await this.passOver();
    while (this.held.length < CLOSING.length) await this.fill();
    if (this.held.subarray(0, CLOSING.length).equals(CLOSING)) return null;
    const padding = await this.takeUntil(CRLF);
    if (/[^ \t]/.test(padding.toString('latin1')))
      throw MalformedBody.error('A boundary is not alone on its line');
    const headers = await this.takeUntil(END_OF_HEADERS);
    this.inside = true;
    return parsePartHeaders(headers);
  }

  /** The content of the part whose headers came last. @throws MalformedBody when the body ends within it */
  async *content(): AsyncGenerator<Buffer, void> {
    while (this.inside) {
      const at = this.held.indexOf(this.delimiter);
      this.inside = at === -1;
      const chunk = this.inside ? this.take(this.held.length - this.delimiter.length + 1) : this.take(at);
      if (!this.inside) this.take(this.delimiter.length);
      if (chunk.length > 0) yield chunk;
      if (this.inside) await this.fill();
    }
  }

  /** The content of a short part. @returns null when it is longer than that */
  async text(maxBytes: number): Promise<string | null> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.content()) {
      bytes += chunk.length;
      if (bytes > maxBytes) return null;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  /** Lets go of the body; what was not read of it can then be read by others. */
  async release(): Promise<void> {
    await this.chunks.return?.();
  }

  private async passOver(): Promise<void> {
    let bytes = 0;
    for await (const chunk of this.content()) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) throw MalformedBody.error('The body does not begin with its boundary');
    }
  }

  private async takeUntil(mark: Buffer): Promise<Buffer> {
    let at = this.held.indexOf(mark);
    while (at === -1 && this.held.length <= MAX_BYTES) {
      await this.fill();
      at = this.held.indexOf(mark);
    }
    if (at === -1 || at > MAX_BYTES) throw MalformedBody.error('The headers of a part are too long');
    const taken = this.take(at);
    this.take(mark.length);
    return taken;
  }

  private take(bytes: number): Buffer {
    const length = Math.max(bytes, 0);
    const taken = this.held.subarray(0, length);
    this.held = this.held.subarray(length);
    return taken;
  }

  private async fill(): Promise<void> {
    const { done, value } = await this.chunks.next().catch(cutOff);
    if (done) throw MalformedBody.error('The body ends before its last boundary');
    this.held = this.held.length === 0 ? value : Buffer.concat([this.held, value]);
  }
}

/** The client went away, or was too slow: nobody reads the answer, but the log should not blame the server. */
function cutOff(): never {
  throw MalformedBody.error('The body was cut off');
}
