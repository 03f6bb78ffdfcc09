import { type Command, InvalidArgumentError } from 'commander';
import { BackupService } from '../backup/backup.service';
import { placeAt } from '../backup/places.service';
import { BACKUP_LABELS, backupLines, keysLine } from './backup-output';
import { addInspectionCommands, prune, verify } from './backup-inspection';
import { WrongUsage } from './cli.errors';
import { type Io, print, warn } from './io';
import { ProgressBar } from './progress-bar';
import { withDatabase } from './with-database';

export function addBackupCommand(program: Command, io: Io): void {
  const backup = program
    .command('backup')
    .enablePositionalOptions()
    .description('back up the database and its files, beside a running server')
    .option('--to <place>', 'a folder or s3://bucket/prefix; BACKUP_TO unless given')
    .option(
      '--recipient <age1…>',
      'encrypt it to this recipient, and any other; BACKUP_RECIPIENTS unless given',
      each,
    )
    .option('--with-secrets', 'take along the key that access tokens are signed with; encrypted ones do')
    .option('--without-secrets', 'leave it out of an encrypted one, too')
    .option('--keep <count>', 'remove old ones afterwards, as prune does', atLeastOne)
    .option('--verify', 'see afterwards whether it is good, as verify does')
    .action((options: BackupOptions) => backUp(io, options));
  addInspectionCommands(backup, io, atLeastOne);
}

interface BackupOptions {
  readonly to?: string;
  readonly recipient?: string[];
  readonly withSecrets?: true;
  readonly withoutSecrets?: true;
  readonly keep?: number;
  readonly verify?: true;
}

async function backUp(io: Io, options: BackupOptions): Promise<void> {
  const { path, place } = await makeBackup(io, options);
  if (options.verify) await verify(io, path, {});
  if (options.keep !== undefined) await prune(io, place, options.keep);
}

async function makeBackup(io: Io, { to, recipient, withSecrets, withoutSecrets }: BackupOptions) {
  if (withSecrets && withoutSecrets) throw new WrongUsage('--with-secrets or --without-secrets, not both.');
  const bar = new ProgressBar(io, BACKUP_LABELS);
  const { backup, target } = await withDatabase(io, async (dataSource, config) => {
    const { BACKUP_TO, BACKUP_RECIPIENTS } = config;
    const location = to ?? BACKUP_TO;
    if (location === undefined)
      throw new WrongUsage('--to <place>, or BACKUP_TO, says where the backup goes.');
    const made = await new BackupService(dataSource, config)
      .run(placeAt(location, config), {
        recipients: recipient ?? BACKUP_RECIPIENTS,
        withSecrets: withSecrets ?? (withoutSecrets && false),
        onProgress: bar.show,
      })
      .finally(() => bar.stop());
    return { backup: made, target: location };
  });
  const { path, manifest } = backup;
  warn(
    io,
    ...manifest.faults.map(({ attachment, fault }) => `The file of attachment ${attachment} is ${fault}.`),
    ...manifest.leftOut.map((table) => `Left out the table ${table}: it is not ours.`),
  );
  print(io, ...backupLines(path, manifest), keysLine(manifest));
  return { path, place: target };
}

function each(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function atLeastOne(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('A count from 1 on.');
  return Number(text);
}
