import { type Command, InvalidArgumentError } from 'commander';
import { BackupService } from '../backup/backup.service';
import { type ListedBackup, listBackups, pruneBackups } from '../backup/retention.service';
import { rowsOf, VerificationService } from '../backup/verification.service';
import { BACKUP_LABELS, backupLines, keysLine, sizeOf } from './backup-output';
import { WrongUsage } from './cli.errors';
import { counted, type Io, print, warn } from './io';
import { ProgressBar } from './progress-bar';
import { withDatabase } from './with-database';
import { withScratch } from './with-scratch';

export function addBackupCommand(program: Command, io: Io): void {
  const backup = program
    .command('backup')
    .description('back up the database and its files, beside a running server')
    .option('--to <dir>', 'gets a folder for this backup')
    .option('--with-secrets', 'take along the key that access tokens are signed with')
    .action((options: BackupOptions) => backUp(io, options));
  backup
    .command('verify')
    .description('hash a backup anew, restore it into a scratch database and compare')
    .argument('<dir>', 'one backup')
    .option('--scratch <url>', 'an empty database to use, instead of a PostgreSQL that is started for it')
    .action((directory: string, options: { scratch?: string }) => verify(io, directory, options.scratch));
  backup
    .command('list')
    .description('the backups in a folder, the newest first')
    .argument('<dir>', 'what --to named')
    .action((directory: string) => list(io, directory));
  backup
    .command('prune')
    .description('remove old backups, never the last one that was verified')
    .argument('<dir>', 'what --to named')
    .requiredOption('--keep <count>', 'how many stay, the newest', atLeastOne)
    .action((directory: string, { keep }: { keep: number }) => prune(io, directory, keep));
}

interface BackupOptions {
  readonly to?: string;
  readonly withSecrets?: boolean;
}

async function backUp(io: Io, { to, withSecrets = false }: BackupOptions): Promise<void> {
  if (to === undefined) throw new WrongUsage('--to <dir> says where the backup goes.');
  const bar = new ProgressBar(io, BACKUP_LABELS);
  const { path, manifest } = await withDatabase(io, (dataSource, config) =>
    new BackupService(dataSource, config)
      .run(to, { withSecrets, onProgress: bar.show })
      .finally(() => bar.stop()),
  );
  warn(
    io,
    ...manifest.faults.map(({ attachment, fault }) => `The file of attachment ${attachment} is ${fault}.`),
    ...manifest.leftOut.map((table) => `Left out the table ${table}: it is not ours.`),
  );
  print(io, ...backupLines(path, manifest), keysLine(manifest));
}

async function verify(io: Io, directory: string, scratch: string | undefined): Promise<void> {
  const bar = new ProgressBar(io, BACKUP_LABELS);
  const service = new VerificationService((work) => withScratch(io, scratch, work));
  const { manifest } = await service.run(directory, bar.show).finally(() => bar.stop());
  const files = counted(manifest.blobs.length, 'file');
  print(io, `Restored and compared: ${counted(rowsOf(manifest), 'row')}, ${files}. The backup is good.`);
}

async function list(io: Io, directory: string): Promise<void> {
  const backups = await listBackups(directory);
  print(io, ...backups.map(lineFor));
  if (backups.length === 0) print(io, 'There is no backup.');
}

function lineFor(listed: ListedBackup): string {
  if (listed.backup === null) return `${listed.name}  ${listed.fault}`;
  const { name, manifest, verified } = listed.backup;
  const content = `${counted(rowsOf(manifest), 'row')}, ${counted(manifest.blobs.length, 'file')}, ${sizeOf(manifest)}`;
  return `${name}  ${content}, ${verified ? `verified ${verified.time}` : 'not verified'}`;
}

async function prune(io: Io, directory: string, keep: number): Promise<void> {
  const { removed, kept } = await pruneBackups(directory, keep);
  print(io, ...removed.map((name) => `Removed ${name}`), `Kept ${counted(kept.length, 'backup')}.`);
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('A count from 1 on.');
  return Number(text);
}
