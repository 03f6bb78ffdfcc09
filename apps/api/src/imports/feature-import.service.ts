import type { Database } from '@app/database';
import { type FeatureImportOptions, importRecords } from './feature-run';
import type { PlacedFeature } from './feature-record';
import { featuresOfGit, type GitHistory } from './git-import';
import { ImportRefused } from './import.errors';
import type { FeatureImportReport, OnProgress } from './import-report';
import { featuresOfJira, readStatusMap, refuseUnknownStatuses } from './jira-import';
import { featuresOfCsv, type StagesFile } from './stages-import';

export type { Refusal, Tally } from './import-report';

export interface ImportOptions extends Pick<FeatureImportOptions, 'dryRun' | 'mapUsers'> {
  /** Told of imports that know beforehand how many records there are. */
  readonly onProgress?: OnProgress;
}

/** Imports that make features with their history. */
export class FeatureImport {
  /** @param stages the configured ones, in order */
  constructor(
    private readonly database: Database,
    private readonly stages: readonly string[],
  ) {}

  /**
   * A feature of each merged branch.
   * @param names what the stages development, review and completed are called here
   * @throws ImportRefused
   */
  git(
    history: Omit<GitHistory, 'stages' | 'onTotal'>,
    names: ReadonlyMap<string, string>,
    options: ImportOptions,
  ): Promise<FeatureImportReport> {
    const stageOf = (name: string, otherwise = name): string => {
      const stage = names.get(name) ?? otherwise;
      if (this.stages.includes(stage)) return stage;
      throw new ImportRefused(
        `${stage} is none of the stages ${this.stages.join(', ')}: use --map ${name}=…`,
      );
    };
    const other = [...names.keys()].find((name) => !['development', 'review', 'completed'].includes(name));
    if (other !== undefined)
      throw new ImportRefused(`--map: a branch has development, review and completed, but no ${other}.`);
    const stages = {
      development: stageOf('development'),
      review: stageOf('review'),
      completed: stageOf('completed', this.stages.at(-1)),
    };
    let total = 0;
    const records = featuresOfGit({ ...history, stages, onTotal: (merges) => (total = merges) });
    return this.take('git', records, options, () => total);
  }

  /**
   * A feature of each issue of a JSON file.
   * @param map a file of stages by status
   * @throws ImportRefused when a status has no stage; nothing was written then
   */
  async jira(path: string, map: string | undefined, options: ImportOptions): Promise<FeatureImportReport> {
    const statuses = await readStatusMap(map, this.stages);
    const issues = await refuseUnknownStatuses(path, statuses);
    return this.take('jira', featuresOfJira(path, statuses), options, () => issues);
  }

  /** A feature of each row of a CSV file. @throws ImportRefused */
  csv(file: StagesFile, options: ImportOptions): Promise<FeatureImportReport> {
    return this.take('stages', featuresOfCsv(file, this.stages), options);
  }

  private take(
    source: string,
    records: AsyncIterable<PlacedFeature>,
    { onProgress, ...options }: ImportOptions,
    total: () => number = () => 0,
  ): Promise<FeatureImportReport> {
    const whole = { database: this.database, source, stages: this.stages, ...options };
    return importRecords(records, {
      ...whole,
      onProgress: (done) => total() > 0 && onProgress?.('importing', done, total()),
    });
  }
}
