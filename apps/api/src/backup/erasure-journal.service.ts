import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Database } from '@app/database';
import { CONFIG, type Config } from '../config/config';
import { JobsService } from '../jobs/jobs.service';
import { type ErasureLine, JOURNAL, mergedLines, readLines } from './erasure-lines';
import { LOCK_JOURNAL, MARK_JOURNALED, NEW_ERASURES } from './erasures.queries';
import { FolderPlace } from './folder-place';
import type { BackupPlace } from './place';
import { placeAt } from './places.service';

/** Writes down beside the backups, and in `DATA_DIR`, who was erased: where the database is lost, that outlives it. */
@Injectable()
export class ErasureJournalService implements OnModuleInit {
  private readonly logger = new Logger(ErasureJournalService.name);

  constructor(
    private readonly database: Database,
    private readonly jobs: JobsService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** What could not be written at once is written within a minute of when it can. */
  onModuleInit(): void {
    this.jobs.add({ name: 'erasure-journal', schedule: '* * * * *', run: () => this.write() });
  }

  /** After somebody was erased. That the journal cannot be written is no reason not to erase: it is tried again. */
  async erased(): Promise<void> {
    await this.write().catch((error: unknown) =>
      this.logger.error(error, 'the journal of erasures cannot be written, and is tried again'),
    );
  }

  private async write(): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.query(LOCK_JOURNAL);
      const fresh = await tx.query<ErasureLine>(NEW_ERASURES);
      if (fresh.length === 0) return;
      const { DATA_DIR, BACKUP_TO } = this.config;
      const places = [DATA_DIR, ...(BACKUP_TO === undefined ? [] : [BACKUP_TO])];
      for (const place of places) await addErasures(placeAt(place, this.config), fresh);
      await tx.query(MARK_JOURNALED, [fresh.map(({ user }) => user)]);
    });
  }
}

/** Adds to the journal in a place. */
export async function addErasures(place: BackupPlace, fresh: readonly ErasureLine[]): Promise<void> {
  const known = await journalIn(place);
  if (fresh.every(({ user }) => known.some((line) => line.user === user))) return;
  await place.writeBeside(JOURNAL, mergedLines(known, fresh));
}

export async function journalIn(place: BackupPlace): Promise<ErasureLine[]> {
  return readLines(await place.readBeside(JOURNAL));
}

/** The journal of an installation, wherever its backups are. */
export function ownJournal(dataDir: string): Promise<ErasureLine[]> {
  return journalIn(new FolderPlace(dataDir));
}
