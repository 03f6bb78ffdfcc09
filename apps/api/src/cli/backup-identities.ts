import { readFile } from 'node:fs/promises';
import { identitiesIn } from '../backup/sealing.service';
import type { Config } from '../config/config';
import { CommandFailed } from './cli.errors';

/** What decrypts backups: from a file that was named, else from the settings; none where there is none. */
export async function identitiesFor(
  file: string | undefined,
  { BACKUP_IDENTITY }: Pick<Config, 'BACKUP_IDENTITY'>,
): Promise<string[]> {
  if (file === undefined) {
    return BACKUP_IDENTITY === undefined ? [] : identitiesIn(BACKUP_IDENTITY, 'BACKUP_IDENTITY');
  }
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandFailed(`The identity cannot be read: ${error.message}`);
  });
  return identitiesIn(text, file);
}
