import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { csvHeader, CursorReader, type PageRequest, poolOf } from '@app/database';
import type { DataSource } from 'typeorm';
import { tooManyRequests } from '../../common/rates/too-many-requests';
import { CONFIG, type Config } from '../../config/config';
import { taskList, taskShape } from '../task.queries';
import { ExportStream, FIRST_ROWS, type Framing } from './export-stream';
import type { ExportFormat } from './export-tasks.query';

/** What one export may take: then it is cut off, and whoever reads sees that it has no end. */
const LIMITS = { statementTimeoutMs: 30_000, idleTimeoutMs: 60_000 };
const LONGEST_MS = 15 * 60_000;
/** What is left to it when the process is told to end. */
const LEFT_MS = 5_000;
/** When it is worth trying again while others export. */
const RETRY_MS = 10_000;

const FRAMINGS: Readonly<Record<ExportFormat, Framing>> = {
  csv: { head: `${csvHeader(taskShape)}\r\n`, between: '\r\n', tail: '\r\n' },
  json: { head: '[', between: ',\n', tail: ']\n' },
};

@Injectable()
export class ExportService implements OnModuleDestroy {
  private running = 0;
  private readonly ending = new AbortController();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A slow reader does not keep the process from ending. */
  onModuleDestroy(): void {
    setTimeout(() => this.ending.abort(), LEFT_MS).unref();
  }

  /**
   * @param gone aborted when nobody waits for the answer any more
   * @throws TooManyRequests while as many as may are under way
   */
  async export(
    request: Pick<PageRequest, 'sort' | 'filters'>,
    format: ExportFormat,
    gone: AbortSignal,
  ): Promise<Readable> {
    if (this.running >= this.config.EXPORTS_AT_ONCE) throw tooManyRequests(RETRY_MS);
    this.running++;
    try {
      return await this.open(
        request,
        format,
        AbortSignal.any([gone, this.ending.signal, AbortSignal.timeout(LONGEST_MS)]),
      );
    } catch (error) {
      this.running--;
      throw error;
    }
  }

  private async open(
    request: Pick<PageRequest, 'sort' | 'filters'>,
    format: ExportFormat,
    ended: AbortSignal,
  ): Promise<Readable> {
    const reader = await CursorReader.open(poolOf(this.dataSource), taskList.rows(request, format), LIMITS);
    const close = () => void reader.close();
    ended.addEventListener('abort', close);
    try {
      // Read before the answer begins: a query that fails gets a status of its own.
      const first = await reader.next(FIRST_ROWS);
      const stream = new ExportStream(reader, first, FRAMINGS[format], () => this.running--);
      ended.addEventListener('abort', () => stream.destroy());
      if (ended.aborted) stream.destroy();
      return stream;
    } catch (error) {
      await reader.close();
      throw error;
    } finally {
      ended.removeEventListener('abort', close);
    }
  }
}
