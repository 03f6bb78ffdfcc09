import { Gauge, type Registry } from 'prom-client';
import { BackupStatusService } from '../backup/backup-status.service';
import type { Config } from '../config/config';

/** How old the backups in `BACKUP_TO` are. Without that setting nobody knows where they are, and nothing is told. */
export function watchBackups(registry: Registry, config: Config): void {
  if (config.BACKUP_TO === undefined) return;
  const status = new BackupStatusService(config);
  const registers = [registry];
  const read = () => status.read().catch(() => undefined);
  new Gauge({
    name: 'fuse_backup_place_up',
    help: '1 when the place of the backups (BACKUP_TO) could be read, else 0',
    registers,
    async collect() {
      this.set((await read()) ? 1 : 0);
    },
  });
  new Gauge({
    name: 'fuse_backup_age_seconds',
    help: 'Age of the newest backup: of the moment that it shows; +Inf when there is none',
    registers,
    async collect() {
      const found = await read();
      this.set(found ? ageOf(found.newest) : NaN);
    },
  });
  new Gauge({
    name: 'fuse_backup_verified_age_seconds',
    help: 'Age of the newest backup that was restored and compared; +Inf when there is none',
    registers,
    async collect() {
      const found = await read();
      this.set(found ? ageOf(found.newestVerified) : NaN);
    },
  });
}

function ageOf(time: string | null): number {
  return time === null ? Infinity : Math.max(0, (Date.now() - Date.parse(time)) / 1000);
}
