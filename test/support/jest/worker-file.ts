import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

/** In place of the compiled worker: its source, in a thread that can read sources. */
export const WORKER = {
  filename: join(ROOT, 'apps/api/src/features/forecast/worker.ts'),
  execArgv: ['--require', join(ROOT, 'test/cli/typescript.cjs')],
};
