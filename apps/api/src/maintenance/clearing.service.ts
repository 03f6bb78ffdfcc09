import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database, first, type SqlValue, type Statement } from '@app/database';
import { CONFIG, type Config } from '../config/config';
import { JobsService } from '../jobs/jobs.service';
import { CLEAR_AUDIT, CLEAR_EVENTS, CLEAR_ORIGINS, CLEARINGS } from './clearing.queries';

/** Rows that one statement removes, so that it holds its locks briefly. */
const BATCH = 2000;

/** Removes rows that are of no further use: what has expired, and events that are older than they are to be kept. */
@Injectable()
export class ClearingService implements OnModuleInit {
  private readonly logger = new Logger(ClearingService.name);

  constructor(
    private readonly database: Database,
    private readonly jobs: JobsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'clearing', schedule: '40 * * * *', run: (signal) => this.clear(signal) });
  }

  /** @param signal ends it between two batches */
  private async clear(signal: AbortSignal): Promise<void> {
    const { EVENT_RETENTION_DAYS: events, AUDIT_RETENTION_DAYS: audit } = this.config;
    const removed: Record<string, number> = {};
    for (const [name, statement] of Object.entries(CLEARINGS)) {
      removed[name] = await this.remove(statement, [BATCH], signal);
    }
    if (events > 0) removed['events'] = await this.remove(CLEAR_EVENTS, [events, BATCH], signal);
    if (audit > 0) {
      removed['audit'] = await this.remove(CLEAR_AUDIT, [audit, BATCH], signal);
      removed['origins'] = await this.remove(CLEAR_ORIGINS, [audit, BATCH], signal);
    }
    this.logger.log(removed, 'cleared what is of no further use');
  }

  private async remove(statement: Statement, values: SqlValue[], signal: AbortSignal): Promise<number> {
    let total = 0;
    for (let done = BATCH; done === BATCH && !signal.aborted; total += done) {
      done = (await first<{ done: number }>(this.database, statement, values))?.done ?? 0;
    }
    return total;
  }
}
