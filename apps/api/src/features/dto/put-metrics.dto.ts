import { Int, Num, TextList } from '../../common/fields/fields';

const FILES = { maxItems: 10_000, maxLength: 4096, optional: true, nullable: true } as const;

/** What is left out is not known: null. */
export class PutMetricsDto {
  @Int({ min: 0, max: 2_147_483_647, description: 'Lines that the feature added or changed', example: 420 })
  linesOfCode: number;

  @Num({ min: 0, max: 100, optional: true, nullable: true, description: 'Percent', example: 87.5 })
  testCoverage?: number | null;

  @TextList({ ...FILES, description: 'Paths of files that were there before', example: ['src/report.ts'] })
  modifiedFiles?: string[] | null;

  @TextList({ ...FILES, description: 'Paths of files that were not', example: ['src/coverage.ts'] })
  newFiles?: string[] | null;
}
