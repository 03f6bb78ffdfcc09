import { listBackups, removeBackup, removeUnfinished } from './backup-folder';

export { listBackups, type ListedBackup } from './backup-folder';

/** Nothing was written there for so long: whoever made it is gone. */
const ABANDONED_MS = 24 * 3600_000;

export interface Pruned {
  readonly removed: string[];
  readonly kept: string[];
}

/**
 * Removes all but the newest backups, and what killed ones left. The last one that was verified stays, however old it is;
 * folders that are damaged do not count and stay, for somebody to look at.
 * @throws BackupUnreadable when there is no such folder
 */
export async function pruneBackups(folder: string, keep: number): Promise<Pruned> {
  const whole = (await listBackups(folder)).flatMap(({ backup }) => backup ?? []);
  const lastVerified = whole.find(({ verified }) => verified !== null);
  const goes = whole.filter((backup, i) => i >= keep && backup !== lastVerified);
  for (const { path } of goes) await removeBackup(path);
  const abandoned = await removeUnfinished(folder, ABANDONED_MS);
  const kept = whole.filter((backup) => !goes.includes(backup));
  return { removed: [...goes.map(({ name }) => name), ...abandoned], kept: kept.map(({ name }) => name) };
}
