// Becomes the compiler in watch mode, which restarts the API after each change.
import { rmSync } from 'node:fs';
import { inRoot } from './setup/paths.mjs';

// From here on dist/ follows the sources by itself: what the set-up noted about it would no longer be true.
rmSync(inRoot('dist', '.built-from'), { force: true });
const nest = inRoot('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
process.execve(
  process.execPath,
  [process.execPath, nest, 'start', '--watch', ...process.argv.slice(2)],
  process.env,
);
