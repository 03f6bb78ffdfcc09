import { MAX_PATH } from '../../common/reports/report';
import { ImportRefused } from '../import.errors';
import { tokensOfGit } from './git-process';

/** A merge of the main line, with what it changed there. */
export interface Merge {
  readonly hash: string;
  /** When it was committed, epoch seconds. */
  readonly at: number;
  readonly name: string;
  readonly email: string;
  readonly subject: string;
  readonly body: string;
  readonly linesOfCode: number;
  readonly modifiedFiles: readonly string[];
  readonly newFiles: readonly string[];
}

/** As many as the API takes for a feature. */
export const MOST_FILES = 10_000;
/** What the column holds. */
const MOST_LINES = 2_147_483_647;
const MARK = '\x1e';
const FORMAT = `--format=${MARK}%H%x00%ct%x00%an%x00%ae%x00%s%x00%b`;
/** The repository's own settings must not change what is printed, nor run other programs. */
const PLAIN = ['--encoding=UTF-8', '--no-color', '--no-ext-diff', '--no-textconv', '--no-show-signature'];
const DIFF = [
  '-m',
  '--no-relative',
  '--raw',
  '--numstat',
  '--find-renames',
  '--abbrev=7',
  '--ignore-submodules=none',
];
const RAW = /^:\d{6} \d{6} [0-9a-f]+\.* [0-9a-f]+\.* ([A-Z])\d*$/;
const COUNTS = /^(\d+|-)\t(?:\d+|-)\t(.*)$/s;

/**
 * The merges of a main line, latest first, each with its difference from its first parent: one git process tells of all of them.
 * @param since as git understands it
 * @throws ImportRefused
 */
export async function* mergesOfGit(
  repository: string,
  tip: string,
  since: string | undefined,
): AsyncGenerator<Merge> {
  const limits = since === undefined ? [] : [`--since=${since}`];
  const which = ['--first-parent', '--merges', ...limits, tip, '--'];
  const tokens = tokensOfGit(repository, [
    '-c',
    'log.diffMerges=separate',
    'log',
    '-z',
    FORMAT,
    ...PLAIN,
    ...DIFF,
    ...which,
  ]);
  let reading: MergeReading | undefined;
  for await (const token of tokens) {
    if (!reading?.expects && token.startsWith(MARK)) {
      if (reading) yield reading.merge;
      reading = new MergeReading(token.slice(MARK.length));
    } else if (reading) reading.take(token);
    else
      throw new ImportRefused(
        `${repository}: git log is not understood: ${JSON.stringify(token.slice(0, 80))}.`,
      );
  }
  if (reading) yield reading.merge;
}

/** One merge, token by token. */
class MergeReading {
  private readonly header: string[];
  private readonly modified = new Set<string>();
  private readonly made = new Set<string>();
  private lines = 0;
  /** What the next tokens are, whatever they look like: the rest of the header, or paths. */
  private paths: { left: number; keep: Set<string> | undefined } = { left: 0, keep: undefined };

  constructor(hash: string) {
    this.header = [hash];
  }

  get expects(): boolean {
    return this.header.length < 6 || this.paths.left > 0;
  }

  take(token: string): void {
    if (this.header.length < 6) this.header.push(token);
    else if (this.paths.left > 0) this.path(token);
    else this.change(token.startsWith('\n') ? token.slice(1) : token);
  }

  get merge(): Merge {
    const [hash = '', at = '', name = '', email = '', subject = '', body = ''] = this.header;
    const linesOfCode = Math.min(this.lines, MOST_LINES);
    const files = { modifiedFiles: [...this.modified], newFiles: [...this.made] };
    return { hash, at: Number(at), name, email, subject, body, linesOfCode, ...files };
  }

  /** `:100644 100644 1234567 89abcde M` and a path, or two of a rename; `12⇥3⇥path`, or without one and then the two. */
  private change(token: string): void {
    const [, status] = RAW.exec(token) ?? [];
    const [, added, path] = COUNTS.exec(token) ?? [];
    if (status !== undefined) {
      const moved = status === 'R' || status === 'C';
      this.paths = {
        left: moved ? 2 : 1,
        keep: status === 'A' || status === 'C' ? this.made : this.modified,
      };
    } else if (added !== undefined) {
      // Binary files have no lines: `-`.
      if (added !== '-') this.lines += Number(added);
      this.paths = { left: path === '' ? 2 : 0, keep: undefined };
    } else throw new ImportRefused(`git log is not understood: ${JSON.stringify(token.slice(0, 80))}.`);
  }

  /** Of two paths the new one counts. */
  private path(token: string): void {
    const { left, keep } = this.paths;
    this.paths = { left: left - 1, keep };
    if (left === 1 && keep && keep.size < MOST_FILES) keep.add(token.slice(0, MAX_PATH));
  }
}
