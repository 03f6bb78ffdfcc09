import { join } from 'node:path';

/** The compiled worker, as a pool takes it. Tests, which run sources, have this file replaced by one that says how. */
export const WORKER: { readonly filename: string; readonly execArgv?: string[] } = {
  filename: join(__dirname, 'worker.js'),
};
