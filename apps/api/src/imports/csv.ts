import { createReadStream } from 'node:fs';
import { ImportRefused } from './import.errors';

/** A row as RFC 4180 has it, and the line that it begins on, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Longest row, in characters. */
const MAX_ROW = 1024 ** 2;

/** Reads a file row by row; blank lines are none. @throws ImportRefused */
export async function* readCsv(path: string): AsyncGenerator<CsvRow> {
  const splitter = new RowSplitter(path);
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    for await (const chunk of createReadStream(path))
      yield* splitter.push(decoder.decode(chunk as Buffer, { stream: true }));
    yield* splitter.push(decoder.decode());
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new ImportRefused(`${path} is not encoded in UTF-8.`);
    throw code === undefined ? error : new ImportRefused(`${path} cannot be read: ${message}.`);
  }
  yield* splitter.end();
}

class RowSplitter {
  private line = 1;
  private begun = 1;
  private cells: string[] = [];
  private cell = '';
  private length = 0;
  /** `quote`: a quote inside of quotes, which ends them or stands for itself with the next one. */
  private state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';

  constructor(private readonly path: string) {}

  *push(text: string): Generator<CsvRow> {
    for (const char of text) {
      if (++this.length > MAX_ROW)
        throw new ImportRefused(`${this.path}, line ${this.begun}: the row is too long.`);
      if (this.state === 'quoted') this.passQuoted(char);
      else if (char === '"' && this.state !== 'plain') {
        if (this.state === 'quote') this.cell += '"';
        this.state = 'quoted';
      } else if (char === ',') this.endCell();
      else if (char === '\n') yield* this.endRow();
      else if (char !== '\r' && !(char === '\ufeff' && this.line === 1)) {
        this.cell += char;
        this.state = 'plain';
      }
      if (char === '\n') this.line++;
      if (char === '\n' && this.state === 'start' && this.cells.length === 0) this.begun = this.line;
    }
  }

  *end(): Generator<CsvRow> {
    if (this.state === 'quoted')
      throw new ImportRefused(`${this.path}, line ${this.begun}: a quote is not closed.`);
    yield* this.endRow();
  }

  private passQuoted(char: string): void {
    if (char === '"') this.state = 'quote';
    else this.cell += char;
  }

  private endCell(): void {
    this.cells.push(this.cell);
    this.cell = '';
    this.state = 'start';
  }

  private *endRow(): Generator<CsvRow> {
    this.endCell();
    const { cells, begun: line } = this;
    this.cells = [];
    this.length = 0;
    if (cells.length > 1 || cells[0] !== '') yield { line, cells };
  }
}
