import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { IngestDto } from '../features/dto/ingest.dto';
import { readReport } from '../common/reports/read-report';
import { ReportBroken, type ReportFormat } from '../common/reports/report';
import { CommandFailed, WrongUsage } from './cli.errors';

/** Where the numbers come from, as the command's options name it. */
export interface PushSources {
  readonly range?: string;
  readonly lcov?: string;
  readonly cobertura?: string;
  readonly tokens?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly cost?: string;
  readonly commit?: string;
}

/** As many as the server takes of a kind. */
const MOST_FILES = 10_000;
const MAX_DIFF_BYTES = 64 * 1024 ** 2;
/** Whatever the repository's own settings say. */
const PLAIN = ['--no-color', '--no-ext-diff', '--no-textconv', '--no-relative', '--find-renames'];

/** @throws CommandFailed, WrongUsage */
export async function gatherMetrics(sources: PushSources): Promise<IngestDto & { commit: string }> {
  const { range, lcov, cobertura } = sources;
  const tokens = tokensOf(sources);
  const fields: IngestDto = {
    ...(range === undefined ? {} : await diffOf(range)),
    ...(await coverageOf({ lcov, cobertura })),
    ...tokens,
  };
  if (Object.keys(fields).length === 0) {
    throw new WrongUsage('There is nothing to send: give --range, --lcov, --cobertura or --tokens.');
  }
  return { ...fields, commit: sources.commit ?? (await git('rev-parse', 'HEAD')).trim() };
}

async function diffOf(range: string): Promise<IngestDto> {
  // What looks like an option would be taken for one.
  if (range.startsWith('-')) throw new WrongUsage(`--range takes revisions, not ${range}`);
  const text = await git('diff', ...PLAIN, '--numstat', '--summary', '-z', range, '--');
  const content = read('numstat', text, `git diff ${range}`);
  if (!('diff' in content)) return {};
  const { linesOfCode, modifiedFiles, newFiles } = content.diff;
  // The summary was asked for: no line in it means no new file.
  return {
    linesOfCode,
    modifiedFiles: modifiedFiles.slice(0, MOST_FILES),
    newFiles: (newFiles ?? []).slice(0, MOST_FILES),
  };
}

async function coverageOf(files: {
  lcov?: string | undefined;
  cobertura?: string | undefined;
}): Promise<IngestDto> {
  let [linesFound, linesHit] = [0, 0];
  for (const format of ['lcov', 'cobertura'] as const) {
    const file = files[format];
    if (file === undefined) continue;
    const content = read(format, await textOf(file), file);
    if (!('coverage' in content)) continue;
    linesFound += content.coverage.linesFound;
    linesHit += content.coverage.linesHit;
  }
  return files.lcov === undefined && files.cobertura === undefined ? {} : { linesFound, linesHit };
}

function tokensOf({ tokens, model, provider, cost }: PushSources): IngestDto {
  if (tokens === undefined && model === undefined && provider === undefined && cost === undefined) return {};
  if (tokens === undefined || model === undefined)
    throw new WrongUsage('--tokens and --model belong together.');
  if (!/^\d{1,15}(,\d{1,15}){0,2}$/.test(tokens)) {
    throw new WrongUsage(`--tokens takes a number, INPUT,OUTPUT or INPUT,OUTPUT,CACHED, not ${tokens}`);
  }
  if (cost !== undefined && !/^\d{1,9}(\.\d+)?$/.test(cost))
    throw new WrongUsage(`--cost takes an amount, not ${cost}`);
  const [inputTokens = 0, outputTokens = 0, cachedTokens = 0] = tokens.split(',').map(Number);
  return {
    ...{ inputTokens, outputTokens, cachedTokens, model },
    ...(provider === undefined ? {} : { provider }),
    ...(cost === undefined ? {} : { cost: Number(cost) }),
  };
}

function read(format: ReportFormat, text: string, name: string) {
  try {
    return readReport(format, text);
  } catch (error) {
    if (error instanceof ReportBroken) throw new CommandFailed(`${name}: ${error.message}.`);
    throw error;
  }
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: Error) => {
    throw new CommandFailed(`${file} cannot be read: ${error.message}`);
  });
}

async function git(...args: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('git', args, { maxBuffer: MAX_DIFF_BYTES });
    return stdout;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    throw new CommandFailed(`git ${args[0]} failed: ${(stderr || message).trim()}`);
  }
}
