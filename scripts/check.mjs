// Everything that can be said about the sources without running them. `node scripts/check.mjs lint types` runs some.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { ROOT, inRoot } from './setup/paths.mjs';

const packaged = (...path) => inRoot('node_modules', ...path);
const CHECKS = {
  types: [packaged('typescript', 'bin', 'tsc'), '--noEmit', '--project', 'tsconfig.json'],
  lint: [packaged('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings', '--disable-nested-config'],
  boundaries: [
    packaged('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
    ...['--config=.dependency-cruiser.cjs', 'apps', 'libs', 'test'],
  ],
  drift: [inRoot('scripts', 'migration.mjs'), '--check'],
  format: [packaged('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level=warn', '.'],
};

/** Runs the named checks, as many at once as there are cores. Shows the output of those that fail. */
export async function runChecks(names = Object.keys(CHECKS)) {
  const waiting = [...names];
  let passed = true;
  const worker = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (!(await runCheck(name))) passed = false;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return passed;
}

function runCheck(name) {
  const [script, ...args] = CHECKS[name];
  const began = Date.now();
  // Their output is collected, so they cannot see for themselves whether a terminal will show it.
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1', FORCE_COLOR: '0' };
  const child = spawn(process.execPath, [script, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...color },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const took = `${((Date.now() - began) / 1000).toFixed(1)} s`;
      process.stdout.write(code === 0 ? `✓ ${name} (${took})\n` : `✗ ${name} (${took})\n${output}\n`);
      resolve(code === 0);
    });
  });
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in CHECKS));
  if (unknown.length > 0) {
    process.stderr.write(
      `There is no check ${unknown.join(', ')}. There are: ${Object.keys(CHECKS).join(', ')}.\n`,
    );
    process.exit(2);
  }
  process.exitCode = (await runChecks(names.length > 0 ? names : undefined)) ? 0 : 1;
}
