import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { readNumstat } from '../common/reports/numstat';
import {
  type FeatureRecord,
  inOrder,
  momentOf,
  nameOf,
  type OutsidePerson,
  type PlacedFeature,
  storable,
} from './feature-record';
import { ImportRefused } from './import.errors';

export interface GitHistory {
  /** A repository on this machine. */
  readonly path: string;
  /** What the branches were merged into; by default what is checked out. */
  readonly branch?: string | undefined;
  /** Merges since then, as git understands it. */
  readonly since?: string | undefined;
  /** Stages for the work on a branch, its review, and what was merged. */
  readonly stages: { readonly development: string; readonly review: string; readonly completed: string };
}

const FORMAT = '--format=%H%x00%P%x00%cI%x00%an%x00%ae%x00%s%x00%b%x00%x1e';
const MAX_OUTPUT = 64 * 1024 ** 2;
/** Merges that are looked at side by side. */
const AT_ONCE = 4;

interface Merge {
  readonly hash: string;
  readonly parents: readonly string[];
  readonly at: string;
  readonly by: OutsidePerson;
  readonly subject: string;
  readonly body: string;
}

/**
 * A feature of each branch that was merged: developed from its first to its last commit, in review from then until the merge.
 * The log is read as git writes it, so that long histories need no memory.
 * @throws ImportRefused
 */
export async function* featuresOfGit(history: GitHistory): AsyncGenerator<PlacedFeature> {
  let index = 0;
  let waiting: Promise<PlacedFeature>[] = [];
  for await (const merge of merges(history)) {
    const place = { file: history.path, index: ++index, line: index, bytes: 0 };
    waiting.push(recordOf(history, merge).then((read) => ({ ...place, read })));
    if (waiting.length < AT_ONCE) continue;
    yield* await Promise.all(waiting);
    waiting = [];
  }
  yield* await Promise.all(waiting);
}

async function* merges({ path, branch = 'HEAD', since }: GitHistory): AsyncGenerator<Merge> {
  if (branch.startsWith('-')) throw new ImportRefused(`--branch takes a name, not ${branch}.`);
  const limits = since === undefined ? [] : [`--since=${since}`];
  const child = spawn('git', [
    '-C',
    path,
    'log',
    '--first-parent',
    '--merges',
    FORMAT,
    ...limits,
    branch,
    '--',
  ]);
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once('close', resolve).once('error', reject),
  );
  ended.catch(() => undefined);
  let rest = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const records = (rest + (chunk as string)).split('\0\x1e');
    rest = records.pop() ?? '';
    for (const record of records) yield mergeOf(record);
  }
  const code = await ended.catch((error: Error) => {
    throw new ImportRefused(`git cannot be run: ${error.message}.`);
  });
  if (code !== 0) throw new ImportRefused(`${path}: ${complaint.trim()}`);
}

function mergeOf(record: string): Merge {
  const [hash = '', parents = '', at = '', name = '', email = '', subject = '', body = ''] = record
    .trimStart()
    .split('\0');
  return { hash, parents: parents.split(' '), at, by: { id: email || name, name }, subject, body };
}

async function recordOf(
  history: GitHistory,
  merge: Merge,
): Promise<{ record: FeatureRecord } | { reason: string }> {
  const [base = '', ...branches] = merge.parents;
  const log = await git(history.path, 'log', '--format=%aI%x00%an%x00%ae', ...branches, `^${base}`, '--');
  const commits = log.trim().split('\n').filter(Boolean).map(commitOf);
  const sorted = commits.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const [first, last, at] = [sorted[0], sorted.at(-1), momentOf(merge.at)];
  if (!first || !last || at === undefined)
    return { reason: `${merge.hash}: no commit of its own was merged` };
  const diff = readNumstat(
    await git(history.path, 'diff', '--numstat', '--summary', '-z', base, merge.hash, '--'),
  );
  const { development, review, completed } = history.stages;
  // Commits carry the clock of who made them, which can be ahead of the merge.
  const until = (moment: string) => (Date.parse(moment) > Date.parse(at) ? at : moment);
  const entries = [
    { stage: development, at: until(first.at), by: first.by },
    { stage: review, at: until(last.at), by: last.by },
    { stage: completed, at, by: merge.by },
  ];
  const { linesOfCode, modifiedFiles, newFiles } = diff;
  const metrics = { linesOfCode, modifiedFiles, newFiles: newFiles ?? [] };
  const description = storable(`${merge.subject}\n\n${merge.body}`).trim();
  const name = nameOf(merge.body, merge.subject || merge.hash);
  return { record: { externalId: merge.hash, name, description, entries: inOrder(entries), metrics } };
}

function commitOf(line: string): { at: string; by: OutsidePerson } {
  const [at = '', name = '', email = ''] = line.split('\0');
  return { at, by: { id: email || name, name } };
}

async function git(path: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['-C', path, ...args], { maxBuffer: MAX_OUTPUT });
  return stdout;
}
