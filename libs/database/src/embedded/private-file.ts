import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Replaces a file in one step, readable by its owner alone. */
export function writePrivateFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, path);
}
