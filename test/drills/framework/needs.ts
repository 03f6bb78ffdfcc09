import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Something that the machine has or not. */
export interface Need {
  /** `slowhttptest`; what the report says is missing. */
  readonly name: string;
  /** The Debian package that brings it, where one does. */
  readonly debianPackage?: string;
  isThere(): boolean;
}

/** A program on the PATH, from a Debian package. */
export function program(name: string, debianPackage = name): Need {
  return { name, debianPackage, isThere: () => spawnSync('which', [name]).status === 0 };
}

/** A file, from a Debian package: `/usr/lib/postgresql/15/bin/postgres`. */
export function file(path: string, debianPackage: string): Need {
  return { name: path, debianPackage, isThere: () => existsSync(path) };
}

/** Root, or a user who may make namespaces: for mounts that nobody else sees. */
export const PRIVATE_MOUNTS: Need = {
  name: 'private mounts (root, or a user who may unshare)',
  isThere: () => spawnSync('unshare', [...asRoot(), '--mount', 'true']).status === 0,
};

/** The flags of `unshare` that make a user who is not root one, inside. */
export function asRoot(): string[] {
  return process.geteuid?.() === 0 ? [] : ['--map-root-user'];
}

/** What to say of one that is missing. */
export function remedy({ name, debianPackage }: Need): string {
  return debianPackage === undefined
    ? `needs ${name}`
    : `needs ${name}: apt-get install ${debianPackage}, or npm run drills -- --install`;
}

/** Installs the Debian packages of what is missing. @throws Error when it cannot */
export function installMissing(needs: readonly Need[]): string[] {
  const missing = needs.filter((need) => !need.isThere()).flatMap(({ debianPackage }) => debianPackage ?? []);
  const packages = [...new Set(missing)];
  if (packages.length === 0) return [];
  if (process.geteuid?.() !== 0)
    throw new Error(`Not root: as root, run apt-get install ${packages.join(' ')}`);
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', ...packages);
  return packages;
}

function aptGet(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stderr, error } = spawnSync('apt-get', ['-qq', ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed: ${error?.message ?? stderr}`);
}
