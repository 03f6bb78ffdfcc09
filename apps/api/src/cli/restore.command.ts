import type { Command } from 'commander';
import { RestoreService, type RestoreReport } from '../backup/restore.service';
import { rowsOf } from '../backup/verification.service';
import { BACKUP_LABELS } from './backup-output';
import { counted, type Io, print } from './io';
import { ProgressBar } from './progress-bar';
import { withDatabase } from './with-database';

interface RestoreOptions {
  readonly replace?: boolean;
  readonly keepSessions?: boolean;
}

export function addRestoreCommand(program: Command, io: Io): void {
  program
    .command('restore')
    .description('put a backup where this installation has its data, while no server runs')
    .argument('<dir>', 'one backup')
    .option('--replace', 'also where there is data already, which is backed up first')
    .option('--keep-sessions', 'leave sessions, tokens and waiting mails valid')
    .action((directory: string, options: RestoreOptions) => restore(io, directory, options));
}

async function restore(io: Io, directory: string, options: RestoreOptions): Promise<void> {
  const bar = new ProgressBar(io, BACKUP_LABELS);
  const report = await withDatabase(io, (dataSource, config) =>
    new RestoreService(dataSource, config)
      .run(directory, { ...options, onProgress: bar.show })
      .finally(() => bar.stop()),
  );
  print(io, ...reportLines(report, options.keepSessions ?? false));
}

const SECRETS = {
  absent: [],
  kept: ['The signing key that was here stays in use.'],
  restored: ["The signing key is the backup's."],
};

function reportLines(report: RestoreReport, keepSessions: boolean): string[] {
  const { backup, restorePoint, migrations, secrets } = report;
  const content = `${counted(rowsOf(backup.manifest), 'row')}, ${counted(backup.manifest.blobs.length, 'file')}`;
  return [
    ...(restorePoint ? [`What was here before: ${restorePoint.path}`] : []),
    ...migrations.map((name) => `Applied ${name}`),
    `Restored ${content}, as of ${backup.manifest.time}.`,
    ...(keepSessions ? [] : ['Sessions and tokens are revoked: everybody signs in anew.']),
    ...SECRETS[secrets],
    'Mail and jobs are paused: "fuse resume" lets them go on.',
  ];
}
