import type { DataSource } from 'typeorm';
import type { Config } from '../config/config';
import { backupFindings } from './backup-checks';
import { contentFindings } from './content-checks';
import { databaseFindings } from './database-checks';
import { diskFindings } from './disk-checks';
import { Check, type Finding } from './finding';
import { serviceFindings } from './service-checks';
import { settingsFindings } from './settings-checks';

export { Check, type Finding, type FindingState } from './finding';

/** Looks at everything that can be seen without the database. */
export async function examineMachine(config: Config): Promise<Finding[]> {
  const findings = await Promise.all([
    settingsFindings(config),
    diskFindings(config),
    serviceFindings(config),
    backupFindings(config),
  ]);
  return findings.flat();
}

/** Looks at the database and at what it holds. Writes nothing. */
export async function examineDatabase(on: DataSource, config: Config): Promise<Finding[]> {
  const findings = await databaseFindings(on);
  const migrated = findings.some(({ check, state }) => check === 'database.migrations' && state === 'ok');
  if (migrated) return [...findings, ...(await contentFindings(on, config))];
  return [...findings, new Check('content').skipped('looked at once the migrations are applied')];
}
