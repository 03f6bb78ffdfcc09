import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { systemCode } from './errors';

/** Where things lie. Absolute paths, all but `dataDir` below `DATA_DIR/postgres`. */
export interface Layout {
  readonly dataDir: string;
  readonly root: string;
  readonly cluster: string;
  readonly password: string;
  readonly ownerLock: string;
  readonly owner: string;
  readonly connection: string;
  readonly log: string;
}

/** Symlinks are resolved as far as the path exists, so that one directory has one name however it is reached. */
export function layoutOf(dataDir: string): Layout {
  const real = canonical(resolve(dataDir));
  const root = join(real, 'postgres');
  return {
    dataDir: real,
    root,
    cluster: join(root, 'data'),
    password: join(root, 'password'),
    ownerLock: join(root, 'owner.lock'),
    owner: join(root, 'owner.json'),
    connection: join(root, 'connection.json'),
    log: join(root, 'server.log'),
  };
}

function canonical(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    return join(canonical(dirname(path)), basename(path));
  }
}
