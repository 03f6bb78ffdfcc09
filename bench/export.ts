import { resident } from './processes';
import type { Caller } from './requests';

export interface ExportFigures {
  readonly format: string;
  readonly firstByteMs: number;
  readonly seconds: number;
  readonly mebibytes: number;
  /** Resident memory of the server at most, above what it was before, in MiB. */
  readonly growthMiB: number;
}

/** Exports everything once, and watches the server's memory meanwhile. */
export async function exportAll(caller: Caller, pid: number, format: 'csv' | 'json'): Promise<ExportFigures> {
  const before = resident(pid);
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, resident(pid))), 50);
  const began = performance.now();
  let firstByteMs = 0;
  let bytes = 0;
  for await (const chunk of await caller.open(`/tasks/export?format=${format}`)) {
    firstByteMs ||= performance.now() - began;
    bytes += (chunk as Buffer).length;
  }
  clearInterval(watch);
  const seconds = (performance.now() - began) / 1000;
  return { format, firstByteMs, seconds, mebibytes: bytes / 1024 ** 2, growthMiB: most - before };
}
