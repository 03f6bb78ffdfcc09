import { Int, Num, Text, TextList } from '../../common/fields/fields';
import { QueryOneOf, QueryText } from '../../common/fields/query-fields';
import { REPORT_FORMATS, type ReportFormat } from '../../common/reports/report';
import { MAX_TOKENS } from './token-usage.dto';

const FILES = { maxItems: 10_000, maxLength: 4096, optional: true } as const;
const TOKENS = { min: 0, max: MAX_TOKENS, optional: true } as const;
const LINES = { min: 0, max: 2_147_483_647, optional: true } as const;

/** What one commit adds: any of a change, its coverage and the tokens that it took. */
export class IngestDto {
  @Int({ ...LINES, description: 'Lines that the commit added or changed', example: 120 })
  linesOfCode?: number;

  @TextList({ ...FILES, description: 'Paths of files that were there before', example: ['src/report.ts'] })
  modifiedFiles?: string[];

  @TextList({ ...FILES, description: 'Paths of files that were not', example: ['src/coverage.ts'] })
  newFiles?: string[];

  @Num({
    min: 0,
    max: 100,
    optional: true,
    description: 'Percent; or give `linesFound` and `linesHit`',
    example: 87.5,
  })
  testCoverage?: number;

  @Int({ ...LINES, description: 'Lines that can run', example: 800 })
  linesFound?: number;

  @Int({ ...LINES, description: 'Lines that tests ran through', example: 700 })
  linesHit?: number;

  @Int({ ...TOKENS, description: 'Tokens that a model read; with `model`', example: 18_250 })
  inputTokens?: number;

  @Int({ ...TOKENS, description: 'Tokens that it wrote; with `model`', example: 2_140 })
  outputTokens?: number;

  @Int({ ...TOKENS, description: 'How many of `inputTokens` came from a cache', example: 16_000 })
  cachedTokens?: number;

  @Text({ max: 255, optional: true, description: 'The model that took the tokens', example: 'claude-opus-4' })
  model?: string;

  @Text({ max: 100, optional: true, description: 'Who runs it. Default: `unknown`', example: 'anthropic' })
  provider?: string;

  @Num({ min: 0, max: 1_000_000_000, optional: true, description: 'What they cost', example: 0.0421 })
  cost?: number;

  @Text({ min: 3, max: 3, optional: true, description: 'ISO 4217. Default: `USD`', example: 'USD' })
  currency?: string;
}

export class IngestQuery {
  @QueryOneOf(REPORT_FORMATS, 'What the report is; left out, its beginning tells')
  format?: ReportFormat;

  @QueryText('The commit that the report is of. Left out, its content is the key')
  commit?: string;
}
