import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { backupAt, placeAt } from '../backup/places.service';
import { type ListedBackup, listBackups, pruneBackups } from '../backup/retention.service';
import { makeKeyPair } from '../backup/sealing.service';
import { rowsOf, VerificationService } from '../backup/verification.service';
import { loadConfig } from '../config/config';
import { identitiesFor } from './backup-identities';
import { BACKUP_LABELS, sizeOf } from './backup-output';
import { CommandFailed } from './cli.errors';
import { counted, type Io, print } from './io';
import { ProgressBar } from './progress-bar';
import { withScratch } from './with-scratch';

interface VerifyOptions {
  readonly scratch?: string;
  readonly identity?: string;
}

/** What is done with backups that there are; none of it needs the installation's database. */
export function addInspectionCommands(backup: Command, io: Io, atLeastOne: (text: string) => number): void {
  backup
    .command('verify')
    .description('hash a backup anew, restore it into a scratch database and compare')
    .argument('<backup>', 'a folder, or s3://bucket/prefix/name')
    .option('--scratch <url>', 'an empty database to use, instead of a PostgreSQL that is started for it')
    .option('--identity <file>', 'what decrypts it; BACKUP_IDENTITY unless given')
    .action((location: string, options: VerifyOptions) => verify(io, location, options));
  backup
    .command('list')
    .description('the backups in a place, the newest first')
    .argument('<place>', 'what --to named')
    .action((location: string) => list(io, location));
  backup
    .command('prune')
    .description('remove old backups, never the last one that was verified')
    .argument('<place>', 'what --to named')
    .requiredOption('--keep <count>', 'how many stay, the newest', atLeastOne)
    .action((location: string, { keep }: { keep: number }) => prune(io, location, keep));
  backup
    .command('keygen')
    .description('make an identity, which decrypts, in a new file; and print the recipient, which encrypts')
    .argument('<file>', 'the new file; keep it where the backups are not')
    .action((file: string) => keygen(io, file));
}

export async function verify(io: Io, location: string, { scratch, identity }: VerifyOptions): Promise<void> {
  const config = loadConfig(io.env, { signs: false });
  const { files } = backupAt(location, config);
  const identities = await identitiesFor(identity, config);
  const bar = new ProgressBar(io, BACKUP_LABELS);
  const service = new VerificationService((work) => withScratch(io, scratch, work));
  const { manifest } = await service.run(files, identities, bar.show).finally(() => bar.stop());
  const content = counted(manifest.blobs.length, 'file');
  print(io, `Restored and compared: ${counted(rowsOf(manifest), 'row')}, ${content}. The backup is good.`);
}

async function list(io: Io, location: string): Promise<void> {
  const backups = await listBackups(placeAt(location, loadConfig(io.env, { signs: false })));
  print(io, ...backups.map(lineFor));
  if (backups.length === 0) print(io, 'There is no backup.');
}

function lineFor(listed: ListedBackup): string {
  if (listed.backup === null) return `${listed.name}  ${listed.fault}`;
  const { manifest, verified } = listed.backup;
  const content = `${counted(rowsOf(manifest), 'row')}, ${counted(manifest.blobs.length, 'file')}, ${sizeOf(manifest)}`;
  const encrypted = manifest.encryption === null ? '' : ', encrypted';
  const state = verified ? `verified ${verified.time}` : 'not verified';
  return `${listed.name}  ${content}${encrypted}, ${state}`;
}

export async function prune(io: Io, location: string, keep: number): Promise<void> {
  const place = placeAt(location, loadConfig(io.env, { signs: false }));
  const { removed, kept } = await pruneBackups(place, keep);
  print(io, ...removed.map((name) => `Removed ${name}`), `Kept ${counted(kept.length, 'backup')}.`);
}

async function keygen(io: Io, file: string): Promise<void> {
  const { identity, recipient } = await makeKeyPair();
  const text = `# public key: ${recipient}\n${identity}\n`;
  await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch((error: Error) => {
    throw new CommandFailed(`The identity cannot be written: ${error.message}`);
  });
  print(io, recipient);
}
