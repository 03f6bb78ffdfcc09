import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { BackupUnreadable } from './backup.errors';
import { flushFolder, flushTree, makeFolder, writeDurably } from './durable-files';
import { type Manifest, parseManifest } from './manifest';

const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;
const UNFINISHED = /^(.*)\.(partial|removed)$/;
const MANIFEST = 'manifest.json';
const CHECKSUM = `${MANIFEST}.sha256`;
const VERIFIED = 'verified.json';

const verificationSchema = z.object({
  time: z.iso.datetime(),
  version: z.string(),
  rows: z.number(),
  blobs: z.number(),
  /** Of the manifest that was verified. */
  manifest: z.string(),
});

export type Verification = Readonly<z.infer<typeof verificationSchema>>;

/** A whole backup on the disk. */
export interface Backup {
  /** The moment at which it was begun; names sort by age. */
  readonly name: string;
  readonly path: string;
  readonly manifest: Manifest;
  /** SHA-256 of manifest.json. */
  readonly manifestHash: string;
  /** Null until it was verified. */
  readonly verified: Verification | null;
}

export const tableFile = (path: string, table: string): string => join(path, 'tables', `${table}.copy.zst`);
export const blobFile = (path: string, key: string): string => join(path, 'blobs', key);
export const secretFile = (path: string, name: string): string => join(path, 'secrets', name);

/** Begins a backup below `folder`: what is in it counts for nothing until `finishBackup`. @returns its path */
export async function beginBackup(folder: string, now: Date): Promise<string> {
  const path = join(resolve(folder), `${now.toISOString().replace(/[:.]/g, '-')}.partial`);
  await makeFolder(join(path, 'tables'));
  await makeFolder(join(path, 'blobs'));
  return path;
}

/** @returns the path that it has from now on */
export async function finishBackup(partial: string, manifest: Manifest): Promise<string> {
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  await writeDurably(join(partial, MANIFEST), text);
  await writeDurably(join(partial, CHECKSUM), `${sha256Of(text)}  ${MANIFEST}\n`);
  await flushTree(partial);
  const path = partial.replace(UNFINISHED, '$1');
  await rename(partial, path);
  await flushFolder(dirname(path));
  return path;
}

/** @throws BackupUnreadable, BackupIsNewer */
export async function openBackup(path: string): Promise<Backup> {
  const whole = resolve(path);
  if (UNFINISHED.test(whole)) throw new BackupUnreadable(`${path} was never finished: it is no backup.`);
  const text = await readFile(join(whole, MANIFEST), 'utf8').catch(() => {
    throw new BackupUnreadable(`${path} is no backup: it has no ${MANIFEST}.`);
  });
  const manifest = parseManifest(text);
  const manifestHash = sha256Of(text);
  const noted = await readFile(join(whole, CHECKSUM), 'utf8').catch(() => '');
  if (!noted.startsWith(`${manifestHash} `)) {
    throw new BackupUnreadable(`${MANIFEST} is damaged: it is not what ${CHECKSUM} says.`);
  }
  const verified = await readVerification(whole, manifestHash);
  return { name: basename(whole), path: whole, manifest, manifestHash, verified };
}

async function readVerification(path: string, manifestHash: string): Promise<Verification | null> {
  const text = await readFile(join(path, VERIFIED), 'utf8').catch(() => 'null');
  const result = verificationSchema.safeParse(parseOrNull(text));
  return result.success && result.data.manifest === manifestHash ? result.data : null;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Notes that a backup was found whole, or that it no longer is. */
export async function noteVerification({ path }: Backup, found: Verification | null): Promise<void> {
  const temporary = join(path, `${VERIFIED}.new`);
  await rm(temporary, { force: true });
  if (found === null) await rm(join(path, VERIFIED), { force: true });
  else {
    await writeDurably(temporary, `${JSON.stringify(found, null, 1)}\n`);
    await rename(temporary, join(path, VERIFIED));
  }
  await flushFolder(path);
}

/** A folder that is named like a backup, with what is wrong when it is none. */
export type ListedBackup =
  | { readonly name: string; readonly path: string; readonly backup: Backup }
  | { readonly name: string; readonly path: string; readonly backup: null; readonly fault: string };

/** The backups in a folder, the newest first. @throws BackupUnreadable when there is no such folder */
export async function listBackups(folder: string): Promise<ListedBackup[]> {
  const names = (await namesIn(folder))
    .filter((name) => NAME.test(name))
    .toSorted()
    .toReversed();
  return Promise.all(
    names.map(async (name) => {
      const path = join(resolve(folder), name);
      try {
        return { name, path, backup: await openBackup(path) };
      } catch (error) {
        return { name, path, backup: null, fault: (error as Error).message };
      }
    }),
  );
}

/** Removes a backup; one that this is interrupted at is none any more. */
export async function removeBackup(path: string): Promise<void> {
  const removed = `${path}.removed`;
  await rename(path, removed);
  await rm(removed, { recursive: true, force: true });
}

/** Removes what killed processes left, once nothing has happened there for `idleMs`. @returns their names */
export async function removeUnfinished(folder: string, idleMs: number): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await namesIn(folder)) {
    const path = join(resolve(folder), name);
    if (!NAME.test(UNFINISHED.exec(name)?.[1] ?? '')) continue;
    const places = [path, join(path, 'tables'), join(path, 'blobs')];
    const times = await Promise.all(
      places.map((place) =>
        stat(place).then(
          (found) => found.mtimeMs,
          () => 0,
        ),
      ),
    );
    if (Date.now() - Math.max(...times) < idleMs) continue;
    await rm(path, { recursive: true, force: true });
    removed.push(name);
  }
  return removed;
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: Error) => {
    throw new BackupUnreadable(`${folder} cannot be read: ${error.message}`);
  });
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
