import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Manifest {
  readonly version: string;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifest = findManifest(__dirname);

/** The release, as package.json has it. */
export const version = manifest.version;

/** The version of Node that this release was tested on. */
export const testedNode = manifest.devDependencies?.['node'];

/** It is sought upwards, since sources and build lie at different depths. */
function findManifest(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || folder === '/') throw error;
    return findManifest(join(folder, '..'));
  }
}
