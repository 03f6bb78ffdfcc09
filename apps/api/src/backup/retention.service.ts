import { listBackups } from './backup-files';
import type { BackupPlace } from './place';

export { listBackups, type ListedBackup } from './backup-files';

/** Nothing was written there for so long: whoever made it is gone. */
const ABANDONED_MS = 24 * 3600_000;

export interface Pruned {
  readonly removed: string[];
  readonly kept: string[];
}

/**
 * Removes all but the newest backups, and what killed ones left. The last one that was verified stays, however old it is;
 * folders that are damaged do not count and stay, for somebody to look at.
 * @throws BackupUnreadable when there is no such place
 */
export async function pruneBackups(place: BackupPlace, keep: number): Promise<Pruned> {
  const whole = (await listBackups(place)).filter(({ backup }) => backup !== null);
  const lastVerified = whole.find(({ backup }) => backup !== null && backup.verified !== null);
  const goes = whole.filter((backup, i) => i >= keep && backup !== lastVerified);
  for (const { name } of goes) await place.remove(name);
  const abandoned = await place.removeUnfinished(ABANDONED_MS);
  const kept = whole.filter((backup) => !goes.includes(backup));
  return { removed: [...goes.map(({ name }) => name), ...abandoned], kept: kept.map(({ name }) => name) };
}
