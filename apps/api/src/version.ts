import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The release, as package.json has it. It is sought upwards, since sources and build lie at different depths. */
export const version = findVersion(__dirname);

function findVersion(folder: string): string {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || folder === '/') throw error;
    return findVersion(join(folder, '..'));
  }
}
