export interface Tally {
  made: number;
  /** There already, from an import before this one or from elsewhere. */
  skipped: number;
  refused: number;
}

export interface Refusal {
  readonly file: string;
  /** Its number in the file, from 1. */
  readonly record: number;
  /** The line that it begins on, from 1. */
  readonly line: number;
  readonly reason: string;
}

/** What came of an import, or on a dry run: what would. */
export class ImportReport {
  readonly people: Tally = { made: 0, skipped: 0, refused: 0 };
  readonly tasks: Tally = { made: 0, skipped: 0, refused: 0 };
  readonly messages: Tally = { made: 0, skipped: 0, refused: 0 };
  readonly refusals: Refusal[] = [];

  constructor(readonly dryRun: boolean) {}
}

/** Told how far an import is, in a unit of its own for each phase. */
export type OnProgress = (phase: 'checking' | 'importing', done: number, total: number) => void;

/** What came of an import of features, or on a dry run: what would. */
export class FeatureImportReport {
  readonly people: Tally = { made: 0, skipped: 0, refused: 0 };
  readonly features: Tally = { made: 0, skipped: 0, refused: 0 };
  readonly refusals: Refusal[] = [];

  constructor(readonly dryRun: boolean) {}
}
