import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Database, first } from '@app/database';
import { PAUSED, PAUSED_SINCE } from './maintenance.queries';

/** Tells whether mail and jobs rest, as they do after a restore until `fuse resume`. */
@Injectable()
export class MaintenanceService implements OnApplicationBootstrap {
  private readonly logger = new Logger(MaintenanceService.name);

  constructor(private readonly database: Database) {}

  async onApplicationBootstrap(): Promise<void> {
    const paused = await first<{ since: string; reason: string }>(this.database, PAUSED_SINCE);
    if (paused) this.logger.warn(paused, 'mail and jobs are paused until "fuse resume"');
  }

  /** @throws when the database cannot be reached */
  async isPaused(): Promise<boolean> {
    const row = await first<{ paused: boolean }>(this.database, PAUSED);
    return row?.paused ?? false;
  }
}
