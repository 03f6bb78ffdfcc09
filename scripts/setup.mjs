// Brings a fresh clone to the point where it can run: packages, the pinned Node, the build.
// It runs on whatever Node is on the machine (20.19 or newer), before any package is there, so it has no dependencies.
// What is done already is skipped; everything it says goes to stderr, so that a command's own output stays clean.
import { checkNodeVersion } from './setup/node-version.mjs';
import { install } from './setup/install.mjs';
import { build } from './setup/build.mjs';
import { withLock } from './setup/lock.mjs';
import { SetupError } from './setup/run.mjs';

checkNodeVersion(process.versions.node);
try {
  await withLock(async () => {
    await install();
    if (!process.argv.includes('--packages-only')) await build();
  });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}
