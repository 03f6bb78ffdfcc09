import type { Command } from 'commander';
import type { Backup } from '../backup/backup.service';
import { RestoreService, type RestoreReport } from '../backup/restore.service';
import { rowsOf } from '../backup/verification.service';
import { identitiesFor } from './backup-identities';
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
    .argument('<backup>', 'a folder, or s3://bucket/prefix/name')
    .option('--replace', 'also where there is data already, which is backed up first')
    .option('--keep-sessions', 'leave sessions, tokens and waiting mails valid')
    .option('--identity <file>', 'what decrypts it; BACKUP_IDENTITY unless given')
    .action((location: string, options: Options) => restore(io, location, options));
}

type Options = Pick<RestoreOptions, 'replace' | 'keepSessions'> & { readonly identity?: string };

async function restore(io: Io, location: string, { identity, ...options }: Options): Promise<void> {
  const bar = new ProgressBar(io, BACKUP_LABELS);
  const report = await withDatabase(io, async (dataSource, config) => {
    const identities = await identitiesFor(identity, config);
    return new RestoreService(dataSource, config)
      .run(location, { ...options, identities, onProgress: bar.show })
      .finally(() => bar.stop());
  });
  print(io, ...reportLines(report, options.keepSessions ?? false));
}

const SECRETS = {
  absent: [],
  kept: ['The signing key that was here stays in use.'],
  restored: ["The signing key is the backup's."],
};

function reportLines(report: RestoreReport, keepSessions: boolean): string[] {
  const { backup, restorePoint, migrations, erased, secrets } = report;
  const content = `${counted(rowsOf(backup.manifest), 'row')}, ${counted(backup.manifest.blobs.length, 'file')}`;
  return [
    ...(restorePoint ? restorePointLines(restorePoint) : []),
    ...migrations.map((name) => `Applied ${name}`),
    `Restored ${content}, as of ${backup.manifest.time}.`,
    ...(erased > 0 ? [`Erased again, as after the backup: ${counted(erased, 'account')}.`] : []),
    ...(keepSessions ? [] : ['Sessions and tokens are revoked: everybody signs in anew.']),
    ...SECRETS[secrets],
    'Mail and jobs are paused: "fuse resume" lets them go on.',
  ];
}

function restorePointLines({ path, manifest: { encryption } }: Backup): string[] {
  const opens = `It is encrypted to ${encryption?.recipients.join(', ')}: keep the identity to undo this.`;
  return [`What was here before: ${path}`, ...(encryption === null ? [] : [opens])];
}
