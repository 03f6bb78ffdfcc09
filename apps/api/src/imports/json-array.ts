import { createReadStream } from 'node:fs';
import { ImportRefused } from './import.errors';

/** One element of the array, where it stood, and its text; null for one that is larger than `MAX_ELEMENT_BYTES`. */
export interface ArrayElement {
  /** From 1, through the whole file. */
  readonly index: number;
  /** The line it begins on, from 1. */
  readonly line: number;
  readonly bytes: number;
  readonly text: string | null;
}

/** Longer elements are skipped without being kept, so that one of them cannot fill the memory. */
export const MAX_ELEMENT_BYTES = 16 * 1024 ** 2;

const [QUOTE, BACKSLASH, COMMA, NEWLINE, ARRAY, END_OF_ARRAY] = [0x22, 0x5c, 0x2c, 0x0a, 0x5b, 0x5d];
const OPENING = new Set([ARRAY, 0x7b]);
const CLOSING = new Set([END_OF_ARRAY, 0x7d]);
const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** The file's text is not what it should be; `line` says where that showed. */
export class NotAnArray extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Cuts JSON text into the elements of its array without holding more than one of them. Several arrays one after the
 * other count as one: that is what the pages of an API make when each is appended to the same file.
 */
export class ArraySplitter {
  private line = 1;
  private index = 0;
  private arrays = 0;
  /** 0 outside of an array, 1 between its elements, more inside of one. */
  private depth = 0;
  private inString = false;
  private escaped = false;
  private afterComma = false;
  private bytesSeen = 0;
  private element: { line: number; bytes: number; pieces: Buffer[] } | undefined;

  /** @throws NotAnArray */
  *push(chunk: Buffer): Generator<ArrayElement> {
    let begin = this.element ? 0 : -1;
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0;
      if (byte === NEWLINE) this.line++;
      if (this.inString) this.passString(byte);
      else if (this.depth === 0) this.passOutside(byte, this.bytesSeen + i);
      else if (this.endsElement(byte)) {
        if (this.element) this.keep(chunk.subarray(begin, i));
        begin = -1;
        yield* this.finish(byte);
      } else if (!this.element && !SPACE.has(byte)) {
        begin = i;
        this.element = { line: this.line, bytes: 0, pieces: [] };
        this.passValue(byte);
      } else this.passValue(byte);
    }
    this.bytesSeen += chunk.length;
    if (this.element) this.keep(chunk.subarray(begin));
  }

  /** @throws NotAnArray when the text ends too early */
  end(): void {
    if (this.depth > 0) {
      throw new NotAnArray(this.line, 'it ends in the middle of the array: was the download cut off?');
    }
    if (this.arrays === 0) throw new NotAnArray(this.line, 'it is empty');
  }

  private passString(byte: number): void {
    if (this.escaped) this.escaped = false;
    else if (byte === BACKSLASH) this.escaped = true;
    else if (byte === QUOTE) this.inString = false;
  }

  private passOutside(byte: number, offset: number): void {
    if (SPACE.has(byte) || BYTE_ORDER_MARK[offset] === byte) return;
    if (byte !== ARRAY) throw new NotAnArray(this.line, 'it is not a JSON array');
    this.arrays++;
    this.depth = 1;
    this.afterComma = false;
  }

  private passValue(byte: number): void {
    if (byte === QUOTE) this.inString = true;
    else if (OPENING.has(byte)) this.depth++;
    else if (CLOSING.has(byte) && --this.depth === 0) throw new NotAnArray(this.line, 'it is not JSON');
  }

  private endsElement(byte: number): boolean {
    return this.depth === 1 && (byte === COMMA || byte === END_OF_ARRAY);
  }

  private *finish(byte: number): Generator<ArrayElement> {
    const { element } = this;
    if (!element && (byte === COMMA || this.afterComma)) {
      throw new NotAnArray(this.line, 'it has a comma without a value');
    }
    this.element = undefined;
    this.afterComma = byte === COMMA;
    if (byte !== COMMA) this.depth = 0;
    if (element)
      yield { index: ++this.index, line: element.line, bytes: element.bytes, text: this.textOf(element) };
  }

  private keep(piece: Buffer): void {
    if (!this.element) return;
    this.element.bytes += piece.length;
    if (this.element.bytes > MAX_ELEMENT_BYTES) this.element.pieces = [];
    else this.element.pieces.push(piece);
  }

  private textOf({ line, bytes, pieces }: { line: number; bytes: number; pieces: Buffer[] }): string | null {
    if (bytes > MAX_ELEMENT_BYTES) return null;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
    } catch {
      throw new NotAnArray(line, 'it is not encoded in UTF-8');
    }
  }
}

/** An element's value; `undefined` for one that was too large. */
export interface ArrayValue extends Omit<ArrayElement, 'text'> {
  readonly value: unknown;
}

/**
 * Reads a file element by element.
 * @param name how the file is called in messages
 * @param onBytes told how many more bytes were read
 * @throws ImportRefused when the file cannot be read or is not a JSON array
 */
export async function* readArray(
  path: string,
  name: string,
  onBytes: (count: number) => void = () => undefined,
): AsyncGenerator<ArrayValue> {
  const splitter = new ArraySplitter();
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      for (const element of splitter.push(chunk as Buffer)) yield parse(element);
      onBytes((chunk as Buffer).length);
    }
    splitter.end();
  } catch (error) {
    throw refusal(name, error);
  }
}

function parse({ text, ...place }: ArrayElement): ArrayValue {
  try {
    return { ...place, value: text === null ? undefined : (JSON.parse(text) as unknown) };
  } catch {
    throw new NotAnArray(place.line, 'it is not JSON');
  }
}

const SYSTEM_REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
};

function refusal(name: string, error: unknown): unknown {
  if (error instanceof NotAnArray) return new ImportRefused(`${name}, line ${error.line}: ${error.message}.`);
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const reason = SYSTEM_REASONS[code];
  return reason === undefined ? error : new ImportRefused(`${name}: ${reason}.`);
}
