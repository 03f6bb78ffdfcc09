import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database, first, type Statement } from '@app/database';
import { BackupStatusService } from '../backup/backup-status.service';
import { CONFIG, type Config } from '../config/config';
import { JobsService } from '../jobs/jobs.service';
import { BLOB_STORE, type BlobStore } from '../storage/storage.service';
import { FORGET_BLOBS, PURGE_ATTACHMENTS, PURGE_TASKS, UNNEEDED_BLOBS } from './trash.queries';

/** Rows that one statement takes, so that it holds its locks briefly. */
const BATCH = 200;

/** Removes what was deleted long ago: tasks with their messages and attachments, and in the end the files. */
@Injectable()
export class TrashService implements OnModuleInit {
  private readonly logger = new Logger(TrashService.name);

  constructor(
    private readonly database: Database,
    private readonly jobs: JobsService,
    private readonly backups: BackupStatusService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
  ) {}

  onModuleInit(): void {
    this.jobs.add({ name: 'trash', schedule: '20 2 * * *', run: (signal) => this.empty(signal) });
  }

  /** @param signal ends it between two batches */
  private async empty(signal: AbortSignal): Promise<void> {
    const tasks = await this.purge(PURGE_TASKS, signal);
    const attachments = await this.purge(PURGE_ATTACHMENTS, signal);
    const files = await this.removeFiles(signal);
    this.logger.log({ tasks, attachments, files }, 'what was deleted long ago is gone');
  }

  private async purge(statement: Statement, signal: AbortSignal): Promise<number> {
    let total = 0;
    for (let done = BATCH; done === BATCH && !signal.aborted; total += done) {
      const values = [this.config.TRASH_RETENTION_DAYS, BATCH];
      done = (await first<{ done: number }>(this.database, statement, values))?.done ?? 0;
    }
    return total;
  }

  /** A backup that is kept and still had the file needs it: who restores the database by other means finds it here. */
  private async removeFiles(signal: AbortSignal): Promise<number> {
    const { oldest } = await this.backups.read();
    const before = oldest ?? new Date().toISOString();
    let total = 0;
    for (let done = BATCH; done === BATCH && !signal.aborted; total += done) {
      const rows = await this.database.query<{ key: string }>(UNNEEDED_BLOBS, [before, BATCH]);
      const keys = rows.map(({ key }) => key);
      for (const key of keys) await this.blobs.remove(key);
      if (keys.length > 0) await this.database.query(FORGET_BLOBS, [keys]);
      done = keys.length;
    }
    return total;
  }
}
