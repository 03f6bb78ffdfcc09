import { globSync, renameSync, writeFileSync } from 'node:fs';
import type { Need } from '../framework/needs';

const LIBRARIES = '/usr/lib/*/faketime/libfaketimeMT.so.1';

export const FAKETIME: Need = {
  name: 'faketime',
  debianPackage: 'faketime',
  isThere: () => globSync(LIBRARIES).length > 0,
};

/** The clock of the processes that are started with its environment. It can be set while they run. */
export class Clock {
  readonly env: Readonly<Record<string, string>>;

  /** @param file where it keeps its setting */
  constructor(private readonly file: string) {
    this.set(0);
    this.env = {
      LD_PRELOAD: globSync(LIBRARIES)[0] ?? '',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // Setting a machine's clock leaves its monotonic one as it is.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      // Timers by the wall clock count what is left of them, as the kernel's do.
      FAKETIME_DONT_RESET: '1',
    };
  }

  /** @param seconds ahead of the true time; negative: behind it */
  set(seconds: number): void {
    writeFileSync(`${this.file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    renameSync(`${this.file}.new`, this.file);
  }
}
