import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { BackupLocked, BackupUnreadable } from './backup.errors';
import { type Manifest, parseManifest } from './manifest';
import { type BackupFiles, type BackupPlace, MANIFEST, type UnfinishedBackup, VERIFIED } from './place';
import { type Unseal, unsealWith } from './sealing.service';

const CHECKSUM = `${MANIFEST}.sha256`;

const verificationSchema = z.object({
  time: z.iso.datetime(),
  version: z.string(),
  rows: z.number(),
  blobs: z.number(),
  /** Of the manifest that was verified. */
  manifest: z.string(),
});

export type Verification = Readonly<z.infer<typeof verificationSchema>>;

/** A whole backup. */
export interface Backup {
  /** A path or a URL. */
  readonly path: string;
  readonly files: BackupFiles;
  readonly manifest: Manifest;
  /** SHA-256 of manifest.json. */
  readonly manifestHash: string;
  /** Null until it was verified. */
  readonly verified: Verification | null;
}

type Encrypted = { readonly encryption: unknown };
const suffix = ({ encryption }: Encrypted): string => (encryption === null ? '' : '.age');

export const tableFile = (table: string, manifest: Encrypted): string =>
  `tables/${table}.copy.zst${suffix(manifest)}`;
export const blobFile = (key: string, manifest: Encrypted): string => `blobs/${key}${suffix(manifest)}`;
export const secretFile = (name: string, manifest: Encrypted): string => `secrets/${name}${suffix(manifest)}`;

export async function finishBackup(unfinished: UnfinishedBackup, manifest: Manifest): Promise<Backup> {
  const content = `${JSON.stringify(manifest, null, 1)}\n`;
  const checksum = `${sha256Of(content)}  ${MANIFEST}\n`;
  return openBackup(
    await unfinished.finish([
      { file: MANIFEST, text: content },
      { file: CHECKSUM, text: checksum },
    ]),
  );
}

/** @throws BackupUnreadable, BackupIsNewer */
export async function openBackup(files: BackupFiles): Promise<Backup> {
  const path = files.location;
  const content = await readText(files, MANIFEST);
  if (content === null) throw new BackupUnreadable(`${path} is no backup: it has no ${MANIFEST}.`);
  const manifest = parseManifest(content);
  const manifestHash = sha256Of(content);
  const noted = (await readText(files, CHECKSUM)) ?? '';
  if (!noted.startsWith(`${manifestHash} `)) {
    throw new BackupUnreadable(`${MANIFEST} is damaged: it is not what ${CHECKSUM} says.`);
  }
  return { path, files, manifest, manifestHash, verified: await readVerification(files, manifestHash) };
}

async function readVerification(files: BackupFiles, manifestHash: string): Promise<Verification | null> {
  const result = verificationSchema.safeParse(parseOrNull((await readText(files, VERIFIED)) ?? 'null'));
  return result.success && result.data.manifest === manifestHash ? result.data : null;
}

async function readText(files: BackupFiles, file: string): Promise<string | null> {
  const found = await files.read(file);
  return found && text(found);
}

function parseOrNull(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}

/** Notes that a backup was found whole, or that it no longer is. */
export async function noteVerification({ files }: Backup, found: Verification | null): Promise<void> {
  await files.put(VERIFIED, found && `${JSON.stringify(found, null, 1)}\n`);
}

/** A backup, or what is named like one, with what is wrong. */
export type ListedBackup =
  | { readonly name: string; readonly backup: Backup }
  | { readonly name: string; readonly backup: null; readonly fault: string };

/** The backups in a place, the newest first. @throws BackupUnreadable when there is no such place */
export async function listBackups(place: BackupPlace): Promise<ListedBackup[]> {
  return Promise.all(
    (await place.names()).map(async (name) => {
      try {
        return { name, backup: await openBackup(place.open(name)) };
      } catch (error) {
        return { name, backup: null, fault: (error as Error).message };
      }
    }),
  );
}

/** Reads what is in a backup, encrypted or not. */
export type ReadContent = (file: string) => Promise<Readable>;

/** @throws BackupLocked at once when the identities do not open it */
export async function contentReader(
  { files, manifest }: Backup,
  identities: readonly string[],
): Promise<ReadContent> {
  const { encryption } = manifest;
  const stored = async (file: string): Promise<Readable> => {
    const found = await files.read(file);
    if (!found) throw new BackupUnreadable(`${file} is missing.`);
    return found;
  };
  if (encryption === null) return stored;
  const unseal = await unsealFor(encryption.recipients, identities);
  const [probe] = manifest.tables.toSorted((a, b) => a.bytes - b.bytes);
  if (probe) (await unseal(await stored(tableFile(probe.name, manifest)))).destroy();
  return async (file) => unseal(await stored(file));
}

async function unsealFor(recipients: readonly string[], identities: readonly string[]): Promise<Unseal> {
  const about = `The backup is encrypted to ${recipients.join(', ')}.`;
  if (identities.length === 0) {
    throw new BackupLocked(
      `${about} Name the file with the identity that belongs to it: --identity, or BACKUP_IDENTITY_FILE.`,
    );
  }
  const unseal = await unsealWith(identities);
  return (content) =>
    unseal(content).catch((error: Error) => {
      throw new BackupLocked(`${about} ${error.message}`);
    });
}

function sha256Of(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
