import { Readable } from 'node:stream';
import { callbackify } from 'node:util';
import type { CursorReader } from '@app/database';

/** Few at first, so that the answer begins at once. */
export const FIRST_ROWS = 100;
const FURTHER_ROWS = 250;

/** What stands around and between the rows. */
export interface Framing {
  readonly head: string;
  readonly between: string;
  readonly tail: string;
}

/** The rows as one text, read only as fast as it is taken. Destroying it ends the query. */
export class ExportStream extends Readable {
  private begun = false;
  private closing: Promise<void> | undefined;

  /**
   * @param first the rows that were read already
   * @param onClosed called once the query is over, and before the answer ends: its reader may ask for the next at once
   */
  constructor(
    private readonly reader: CursorReader,
    private readonly first: readonly string[],
    private readonly framing: Framing,
    private readonly onClosed: () => void,
  ) {
    super({ highWaterMark: 1 });
  }

  override _read(): void {
    this.more().catch((error: unknown) => this.destroy(error as Error));
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    callbackify(() => this.close())((failure) => done(error ?? failure));
  }

  private async more(): Promise<void> {
    const { head, between, tail } = this.framing;
    if (!this.begun) {
      this.begun = true;
      this.push(head + this.first.join(between));
      return;
    }
    // The first rows were all there are when there were fewer than asked for.
    const rows = this.first.length < FIRST_ROWS ? [] : await this.reader.next(FURTHER_ROWS);
    if (rows.length) this.push(between + rows.join(between));
    else await this.finish(tail);
  }

  private async finish(tail: string): Promise<void> {
    await this.close();
    this.push(tail);
    this.push(null);
  }

  private close(): Promise<void> {
    this.closing ??= this.reader.close().finally(this.onClosed);
    return this.closing;
  }
}
