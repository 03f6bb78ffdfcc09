// Becomes Jest on the pinned Node. `--check` puts the checks of `npm run check` before it; all other arguments are Jest's.
import { inRoot } from './setup/paths.mjs';
import { runChecks } from './check.mjs';

const args = process.argv.slice(2);
if (args[0] === '--check') {
  args.shift();
  if (!(await runChecks())) process.exit(1);
}

// Jest needs vm modules to load packages that are ES modules; Node warns about them in every worker.
const options = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  process.env.NODE_OPTIONS,
];
process.execve(
  process.execPath,
  [process.execPath, inRoot('node_modules', 'jest', 'bin', 'jest.js'), ...args],
  {
    ...process.env,
    NODE_OPTIONS: options.filter(Boolean).join(' '),
  },
);
