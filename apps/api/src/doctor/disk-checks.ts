import { access, constants, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config';
import { type Check, examine, type Finding } from './finding';

const GIB = 1024 ** 3;
/** Below the first nothing can be relied on, below the second somebody should make room: bytes, or a share of the disk. */
const LEAST_FREE = { failed: GIB / 2, warning: 2 * GIB, share: 0.1 };
/** Rights of the group and of others to read or write. Entering (x) is what a database that is another user's needs. */
const OTHERS = 0o066;
const SECRETS = ['jwt-secret', 'postgres/password'];

/** The directory that holds everything: rights, secrets, room. */
export function diskFindings({ DATA_DIR }: Config): Promise<Finding[]> {
  return Promise.all([
    examine('data_dir', (check) => directoryFinding(check, DATA_DIR)),
    examine('data_dir.secrets', (check) => secretsFinding(check, DATA_DIR)),
    examine('data_dir.space', (check) => spaceFinding(check, DATA_DIR)),
  ]);
}

async function directoryFinding(check: Check, path: string): Promise<Finding> {
  const found = await stat(path).catch(missing);
  if (!found) return check.skipped(`${path} is made by the first start`);
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  if ((found.mode & OTHERS) === 0) return check.ok(path);
  return check.warning(
    `${path} can be read or written by other users of this machine`,
    `chmod go-rw ${path}`,
  );
}

async function secretsFinding(check: Check, path: string): Promise<Finding> {
  const secrets = await Promise.all(
    SECRETS.map(async (name) => ({ name, found: await stat(join(path, name)).catch(missing) })),
  );
  const open = secrets
    .filter(({ found }) => found && (found.mode & 0o077) !== 0)
    .map(({ name }) => join(path, name));
  if (open.length > 0)
    return check.failed(`Other users can read ${open.join(', ')}`, `chmod 600 ${open.join(' ')}`);
  const kept = secrets.filter(({ found }) => found).length;
  return kept > 0 ? check.ok(`${kept} of them, for the owner alone`) : check.skipped('none are kept there');
}

async function spaceFinding(check: Check, path: string): Promise<Finding> {
  const disk = await statfs(path).catch(missing);
  if (!disk) return check.skipped(`${path} is made by the first start`);
  const [free, size] = [disk.bavail * disk.bsize, disk.blocks * disk.bsize];
  const detail = `${(free / GIB).toFixed(1)} GiB of ${(size / GIB).toFixed(1)} GiB are free`;
  const advice = 'Make room or enlarge the disk: when it is full, nothing can be written (507).';
  if (free < LEAST_FREE.failed) return check.failed(detail, advice);
  const little = free < LEAST_FREE.warning && free < size * LEAST_FREE.share;
  return little ? check.warning(detail, advice) : check.ok(detail);
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
