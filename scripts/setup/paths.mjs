import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
export const PINNED_NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node');
export const inRoot = (...parts) => join(ROOT, ...parts);
