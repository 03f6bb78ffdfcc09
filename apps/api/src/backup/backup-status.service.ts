import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../config/config';
import { type BackupPlace, timeOfName, VERIFIED } from './place';
import { placeAt } from './places.service';

/** Moments are RFC 3339; null: there is none. */
export interface BackupStatus {
  /** Whether the server makes backups by itself. */
  readonly scheduled: boolean;
  /** The moment that the newest whole backup in `BACKUP_TO` shows. */
  readonly newest: string | null;
  readonly newestVerified: string | null;
  /** Of those that are kept. */
  readonly oldest: string | null;
}

/** Between two looks at the place, in ms: who asks more often gets the same answer. */
const REMEMBERED_MS = 30_000;

/** Tells how old the backups are. */
@Injectable()
export class BackupStatusService {
  private last: { at: number; status: Promise<BackupStatus> } | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** @throws BackupUnreadable when the place cannot be read */
  read(now = Date.now()): Promise<BackupStatus> {
    if (this.last && now - this.last.at < REMEMBERED_MS) return this.last.status;
    const status = this.look();
    // A failure is not remembered.
    status.catch(() => (this.last = undefined));
    this.last = { at: now, status };
    return status;
  }

  private async look(): Promise<BackupStatus> {
    const { BACKUP_TO, BACKUP_SCHEDULE } = this.config;
    if (BACKUP_TO === undefined)
      return { scheduled: false, newest: null, newestVerified: null, oldest: null };
    const place = placeAt(BACKUP_TO, this.config);
    const names = await place.names().catch(noneYet);
    const [newest, oldest] = [names[0], names.at(-1)];
    const verified = await firstVerified(place, names);
    return {
      scheduled: BACKUP_SCHEDULE !== 'off',
      newest: newest === undefined ? null : timeOfName(newest),
      newestVerified: verified === undefined ? null : timeOfName(verified),
      oldest: oldest === undefined ? null : timeOfName(oldest),
    };
  }
}

/** The first backup makes the folder. */
function noneYet(error: Error): string[] {
  if ((error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return [];
  throw error;
}

async function firstVerified(place: BackupPlace, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) if (await place.has(name, VERIFIED)) return name;
  return undefined;
}
