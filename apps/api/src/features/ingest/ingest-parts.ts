import { createHash } from 'node:crypto';
import { ValidationFailed } from '../../common/errors/common.errors';
import type { IngestDto } from '../dto/ingest.dto';
import { formatOf, readReport } from '../../common/reports/read-report';
import { BrokenReport } from './ingest.errors';
import { type Coverage, type Diff, ReportBroken, type ReportFormat } from '../../common/reports/report';

/** What a commit brings. Each part counts once for a commit. */
export interface Ingest {
  readonly commit: string;
  readonly diff?: Diff;
  readonly coverage?: {
    readonly part: string;
    readonly lines: Coverage | null;
    readonly percent: number | null;
  };
  readonly tokens?: Tokens;
}

export interface Tokens {
  readonly provider: string;
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cached: number;
  readonly cost: number | null;
  readonly currency: string;
}

/** @throws BrokenReport, ValidationFailed when nobody says what it is */
export function partsOfReport(text: string, format: ReportFormat | undefined, commit?: string): Ingest {
  const known = format ?? formatOf(text);
  if (known === undefined) throw refused('query', '#/format', 'required', 'must say what the report is');
  const key = commit ?? keyOf(text);
  try {
    const content = readReport(known, text);
    if ('diff' in content) return { commit: key, diff: content.diff };
    return { commit: key, coverage: { part: known, lines: content.coverage, percent: null } };
  } catch (error) {
    if (!(error instanceof ReportBroken)) throw error;
    throw BrokenReport.error(error.message, { members: { format: known, line: error.line } });
  }
}

/** @throws ValidationFailed when fields that belong together are not together */
export function partsOfFields(fields: IngestDto, commit?: string): Ingest {
  const ingest: Ingest = {
    commit: commit ?? keyOf(JSON.stringify(fields)),
    ...diffOf(fields),
    ...coverageOf(fields),
    ...tokensOf(fields),
  };
  if (ingest.diff || ingest.coverage || ingest.tokens) return ingest;
  throw refused('body', '#', 'required', 'must have lines, files, coverage or tokens');
}

function diffOf({ linesOfCode, modifiedFiles, newFiles }: IngestDto): Pick<Ingest, 'diff'> {
  if (linesOfCode === undefined && !modifiedFiles && !newFiles) return {};
  const [added, modified] = [linesOfCode ?? 0, modifiedFiles ?? []];
  return { diff: { linesOfCode: added, modifiedFiles: modified, newFiles: newFiles ?? null } };
}

function coverageOf({ testCoverage, linesFound, linesHit }: IngestDto): Pick<Ingest, 'coverage'> {
  if ((linesFound === undefined) !== (linesHit === undefined) || (linesHit ?? 0) > (linesFound ?? 0)) {
    throw refused('body', '#/linesHit', 'invalid', 'must come with linesFound, and be no more');
  }
  if (testCoverage !== undefined)
    return { coverage: { part: 'coverage', lines: null, percent: testCoverage } };
  if (linesFound === undefined || linesHit === undefined) return {};
  return { coverage: { part: 'coverage', lines: { linesFound, linesHit }, percent: null } };
}

function tokensOf(fields: IngestDto): Pick<Ingest, 'tokens'> {
  const { inputTokens: input = 0, outputTokens: output = 0, cachedTokens: cached = 0 } = fields;
  const { model, provider = 'unknown', cost = null, currency = 'USD' } = fields;
  const given = fields.inputTokens !== undefined || fields.outputTokens !== undefined;
  const others = fields.cachedTokens ?? fields.cost ?? model ?? fields.provider ?? fields.currency;
  if (!given && others === undefined) return {};
  if (!given || model === undefined) {
    const missing = given ? 'model' : 'inputTokens';
    throw refused(
      'body',
      `#/${missing}`,
      'required',
      'model and inputTokens or outputTokens belong together',
    );
  }
  if (cached > input)
    throw refused('body', '#/cachedTokens', 'too_large', 'must be no more than inputTokens');
  return { tokens: { provider, model, input, output, cached, cost, currency } };
}

function keyOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function refused(place: 'body' | 'query', pointer: string, code: string, detail: string) {
  return ValidationFailed.error(undefined, { errors: [{ in: place, pointer, code, detail }] });
}
