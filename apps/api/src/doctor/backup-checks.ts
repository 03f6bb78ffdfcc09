import { BackupStatusService } from '../backup/backup-status.service';
import type { Config } from '../config/config';
import { type Check, examine, type Finding } from './finding';

const HOUR = 3600_000;
/** Older than these, in hours, and somebody should look. */
const OLDEST = { newest: 36, verified: 31 * 24 };

/** How old the backups are, and how long ago one was proved to be good. */
export async function backupFindings(config: Config): Promise<Finding[]> {
  if (config.BACKUP_TO === undefined) {
    const none = await examine('backups', (check) =>
      check.warning(
        'BACKUP_TO is not set, so nothing is known of any',
        'Set BACKUP_TO, and the server makes them by itself (docs/operations/backup.md).',
      ),
    );
    return [none];
  }
  const status = new BackupStatusService(config);
  return Promise.all([
    examine('backups', async (check) => {
      const { newest, scheduled } = await status.read();
      const finding = ageFinding(
        check,
        newest,
        OLDEST.newest,
        'fuse backup makes one; see why none was made in time.',
      );
      return finding.state === 'ok' && !scheduled
        ? check.ok(`${finding.detail}; the server makes none by itself`)
        : finding;
    }),
    examine('backups.verified', async (check) => {
      const { newestVerified } = await status.read();
      const advice =
        'fuse backup verify proves that one can be restored; BACKUP_VERIFY=true does it each time.';
      // A first backup is not verified yet: that is no failure.
      if (newestVerified === null) return check.warning('None was proved to be good', advice);
      return ageFinding(check, newestVerified, OLDEST.verified, advice);
    }),
  ]);
}

function ageFinding(check: Check, time: string | null, most: number, advice: string): Finding {
  if (time === null) return check.failed('There is none', advice);
  const hours = (Date.now() - Date.parse(time)) / HOUR;
  const detail = `the newest is ${hours.toFixed(1)} hours old`;
  return hours > most ? check.warning(detail, advice) : check.ok(detail);
}
