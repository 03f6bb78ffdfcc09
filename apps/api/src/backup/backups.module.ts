import { Module } from '@nestjs/common';
import { BackupJobService } from './backup-job.service';
import { BackupStatusService } from './backup-status.service';
import { ErasureJournalService } from './erasure-journal.service';

/** What the server does of backups by itself; the rest is the `fuse` command's. */
@Module({
  providers: [BackupJobService, BackupStatusService, ErasureJournalService],
  exports: [BackupStatusService, ErasureJournalService],
})
export class BackupsModule {}
