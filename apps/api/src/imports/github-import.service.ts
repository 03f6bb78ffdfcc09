import { Injectable } from '@nestjs/common';
import { Database } from '@app/database';
import { COMMENTS, ISSUES, recordsOf, survey } from './github-files';
import { GithubRun } from './github-run';
import { ImportReport, type OnProgress } from './import-report';

export type { ImportReport, OnProgress } from './import-report';

export interface GithubImportOptions {
  /** Read and compare everything, write nothing. */
  readonly dryRun?: boolean;
  /** Usernames here by GitHub login, the login in lower case. */
  readonly mapUsers?: ReadonlyMap<string, string>;
  readonly onProgress?: OnProgress;
}

@Injectable()
export class GithubImport {
  constructor(private readonly database: Database) {}

  /**
   * Makes tasks and messages of `issues.json` and `comments.json` in `directory`. What was imported before stays as
   * it is, so that a second run makes nothing. Each batch is one transaction: a run that is cut off can be repeated.
   * @throws ImportRefused before anything is written
   */
  async run(directory: string, options: GithubImportOptions = {}): Promise<ImportReport> {
    const { dryRun = false, mapUsers = new Map(), onProgress = () => undefined } = options;
    const found = await survey(directory, (done, total) => onProgress('checking', done, total));
    const report = new ImportReport(dryRun);
    const run = new GithubRun(this.database, report, found, onProgress);
    await run.map(mapUsers);
    await run.all(recordsOf(directory, ISSUES), (tx, batch) => run.importIssues(tx, batch));
    await run.all(recordsOf(directory, COMMENTS), (tx, batch) => run.importComments(tx, batch));
    return report;
  }
}
