import { readCobertura } from './cobertura';
import { readLcov } from './lcov';
import { readNumstat } from './numstat';
import type { Coverage, Diff, ReportFormat } from './report';

/** What one report tells: of coverage, or of a change. */
export type ReportContent = { readonly coverage: Coverage } | { readonly diff: Diff };

/** @throws ReportBroken */
export function readReport(format: ReportFormat, text: string): ReportContent {
  if (format === 'numstat') return { diff: readNumstat(text) };
  return { coverage: format === 'lcov' ? readLcov(text) : readCobertura(text) };
}

/** What a report looks like, when nobody says; undefined: nothing that is known. */
export function formatOf(text: string): ReportFormat | undefined {
  if (/^(\d+|-)\t(\d+|-)\t/.test(text)) return 'numstat';
  if (/^\ufeff?\s*</.test(text)) return 'cobertura';
  return /^(TN|SF):/m.test(text) ? 'lcov' : undefined;
}
