import type { Readable } from 'node:stream';
import type { Measure } from '../common/files/durable-files';

/** How backups are named: by the moment at which they were begun, so that names sort by age. */
export const BACKUP_NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;
export const MANIFEST = 'manifest.json';
export const VERIFIED = 'verified.json';

export function nameAt(now: Date): string {
  return now.toISOString().replace(/[:.]/g, '-');
}

/** The moment that a name tells, RFC 3339. */
export function timeOfName(name: string): string {
  return name.replace(/T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z$/, 'T$1:$2:$3.$4Z');
}

/** A backup's files, by their paths in it. */
export interface BackupFiles {
  /** A path or a URL, for people. */
  readonly location: string;
  /** @returns null when there is no such file */
  read(file: string): Promise<Readable | null>;
  /** Replaces what is there in one step; null removes it. */
  put(file: string, text: string | null): Promise<void>;
}

/** A backup that is being made: what is in it counts for nothing until it is finished. */
export interface UnfinishedBackup {
  /** Writes a new file and waits until it is kept. @returns what of it is stored */
  write(file: string, content: Readable): Promise<Measure>;
  /** Takes a file over from an earlier backup, without sending it anew. @returns whether it is there, and is what was expected */
  takeOver(earlier: string, file: string, expected: Measure): Promise<boolean>;
  /** Makes it whole, in one step, after these files. */
  finish(last: readonly { file: string; text: string }[]): Promise<BackupFiles>;
}

/** Where backups are kept: a folder, or a bucket. */
export interface BackupPlace {
  /** A path or a URL, for people. */
  readonly location: string;
  /** Whole ones, the newest first. @throws BackupUnreadable when there is no such place */
  names(): Promise<string[]>;
  /** Whether a backup has a file of that name at its top. */
  has(name: string, file: string): Promise<boolean>;
  open(name: string): BackupFiles;
  begin(name: string): Promise<UnfinishedBackup>;
  /** One that this is interrupted at is none any more. */
  remove(name: string): Promise<void>;
  /** Removes what killed processes left, once nothing has happened there for `idleMs`. @returns their names */
  removeUnfinished(idleMs: number): Promise<string[]>;
  /** A file beside the backups, for all of them. @returns null when there is none */
  readBeside(file: string): Promise<string | null>;
  writeBeside(file: string, text: string): Promise<void>;
}
