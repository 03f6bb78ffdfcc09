import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { clusterExists } from './cluster';
import { EmbeddedPostgresError } from './errors';
import type { Layout } from './layout';
import { writePrivateFile } from './private-file';

/**
 * The password of the superuser `fuse`, made once and kept in `DATA_DIR/postgres/password` (mode 0600).
 *
 * @throws EmbeddedPostgresError `failed` when there is a cluster but its password is gone
 */
export function readOrCreatePassword(layout: Layout): string {
  if (existsSync(layout.password)) return readFileSync(layout.password, 'utf8').trim();
  if (clusterExists(layout)) {
    throw new EmbeddedPostgresError(
      'failed',
      `The password of the embedded PostgreSQL is missing: ${layout.password} belongs to the cluster beside it. ` +
        'Restore it from where you have it, see docs/operations/embedded-postgres.md.',
    );
  }
  const password = randomBytes(24).toString('hex');
  writePrivateFile(layout.password, `${password}\n`);
  return password;
}
