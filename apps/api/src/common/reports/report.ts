/** What tests ran through, in lines of code that can run. */
export interface Coverage {
  readonly linesFound: number;
  readonly linesHit: number;
}

/** What a change did to files. */
export interface Diff {
  /** Lines that it added; a changed line is one that was added. */
  readonly linesOfCode: number;
  /** Paths of files that were there before, those that it removed included. */
  readonly modifiedFiles: readonly string[];
  /** Paths of files that it made; null when the report does not tell. */
  readonly newFiles: readonly string[] | null;
}

export const REPORT_FORMATS = ['lcov', 'cobertura', 'numstat'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A report that is not what its format says. */
export class ReportBroken extends Error {
  override readonly name = 'ReportBroken';

  /** @param line where that showed, from 1 */
  constructor(
    readonly format: ReportFormat,
    readonly line: number,
    readonly reason: string,
  ) {
    super(`The ${format} report is broken at line ${line}: ${reason}`);
  }
}

/** Longest path that is kept, in characters. */
export const MAX_PATH = 4096;

/** Lines that can run and lines that did, file by file: one that several records or classes name counts once. */
export class LineTally {
  private readonly files = new Map<string, { found: Set<number>; hit: Set<number> }>();

  add(file: string, line: number, hits: number): void {
    let lines = this.files.get(file);
    if (!lines) this.files.set(file, (lines = { found: new Set(), hit: new Set() }));
    lines.found.add(line);
    if (hits > 0) lines.hit.add(line);
  }

  has(file: string): boolean {
    return this.files.has(file);
  }

  get coverage(): Coverage {
    let [linesFound, linesHit] = [0, 0];
    for (const { found, hit } of this.files.values()) {
      linesFound += found.size;
      linesHit += hit.size;
    }
    return { linesFound, linesHit };
  }
}
