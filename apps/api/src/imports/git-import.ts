import { type Authored, BranchWalk, type BranchWork, isMoment } from './git/branch-walk';
import { askGit, tokensOfGit } from './git/git-process';
import { type Merge, mergesOfGit } from './git/merge-log';
import {
  descriptionOf,
  type FeatureRecord,
  inOrder,
  nameOf,
  type OutsidePerson,
  type PlacedFeature,
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
  /** Told before the first how many merges there are. */
  readonly onTotal?: ((merges: number) => void) | undefined;
}

/**
 * A feature of each branch that was merged: developed from its first to its last commit, in review from then until the merge. A few
 * git processes tell of the whole history, one of them the merges with their differences and one the commits, side by side; both are
 * read as they write, so that long histories need no memory.
 * @throws ImportRefused
 */
export async function* featuresOfGit(history: GitHistory): AsyncGenerator<PlacedFeature> {
  const { path, since, stages, onTotal = () => undefined } = history;
  const range = await rangeOf(history);
  onTotal(range.merges);
  if (range.merges === 0) return;
  const work = new WorkOfMerges(path, range);
  try {
    let index = 0;
    for await (const merge of mergesOfGit(path, range.tip, since)) {
      const read = recordOf(merge, await work.of(merge.hash), stages);
      const bytes = Math.max(merge.body.length, 100 * (merge.modifiedFiles.length + merge.newFiles.length));
      yield { file: path, index: ++index, line: index, bytes, read };
    }
  } finally {
    await work.stop();
  }
}

interface Range {
  /** Where the main line begins. */
  readonly tip: string;
  readonly merges: number;
  /** The latest merge, and what the earliest one was made on top of. */
  readonly latest: string;
  readonly base: string;
}

async function rangeOf({ path, branch = 'HEAD', since }: GitHistory): Promise<Range> {
  if (branch.startsWith('-')) throw new ImportRefused(`--branch takes a name, not ${branch}.`);
  if ((await askGit(path, 'rev-parse', '--is-shallow-repository')) === 'true')
    throw new ImportRefused(
      `${path} is a shallow clone: branches are cut off in it. git fetch --unshallow completes it.`,
    );
  const tip = await askGit(path, 'rev-parse', '--verify', `${branch}^{commit}`).catch(() => {
    throw new ImportRefused(`${path} has no branch or commit ${branch}.`);
  });
  const limits = since === undefined ? [] : [`--since=${since}`];
  const list = ['rev-list', '--first-parent', '--merges', '--parents', ...limits, tip, '--'];
  let [merges, latest, base] = [0, '', ''];
  for await (const line of tokensOfGit(path, list, 0x0a)) {
    const [hash = '', first = ''] = line.split(' ');
    latest ||= hash;
    base = first;
    merges++;
  }
  return { tip, merges, latest, base };
}

/** What each merge brought in, read only as far as it is asked for. */
class WorkOfMerges {
  private readonly walk: BranchWalk;
  private readonly tokens: AsyncGenerator<string>;
  private ended = false;

  constructor(repository: string, { latest, base }: Range) {
    this.walk = new BranchWalk(latest);
    // By date, so that branches that lived at the same time come at the same time.
    const args = ['log', '-z', '--date-order', '--format=%H%x00%P%x00%at%x00%an%x00%ae', '--encoding=UTF-8'];
    this.tokens = tokensOfGit(repository, [...args, '--no-show-signature', latest, `^${base}`, '--']);
  }

  async of(merge: string): Promise<BranchWork | null> {
    for (;;) {
      const work = this.walk.workOf(merge);
      if (work !== undefined) return work;
      if (this.ended) return null;
      await this.step();
    }
  }

  async stop(): Promise<void> {
    await this.tokens.return(undefined);
  }

  private async step(): Promise<void> {
    const hash = await this.token();
    if (hash === undefined) {
      this.ended = true;
      this.walk.end();
      return;
    }
    const [parents = '', at = '', name = '', email = ''] = [
      await this.token(),
      await this.token(),
      await this.token(),
      await this.token(),
    ];
    this.walk.take({ hash, parents: parents.split(' ').filter(Boolean), at: Number(at), name, email });
  }

  private async token(): Promise<string | undefined> {
    const { value, done } = (await this.tokens.next()) as { value: string | undefined; done: boolean };
    return done ? undefined : value;
  }
}

function recordOf(
  merge: Merge,
  work: BranchWork | null,
  { development, review, completed }: GitHistory['stages'],
): { record: FeatureRecord } | { reason: string } {
  const { hash, subject, body, linesOfCode, modifiedFiles, newFiles } = merge;
  if (!isMoment(merge.at)) return { reason: `${hash}: it was merged at no moment that a calendar has` };
  if (!work) return { reason: `${hash}: no commit of its own was merged` };
  // Commits carry the clock of who made them, which can be ahead of the merge.
  const entry = (stage: string, { at, ...by }: Authored) => ({
    stage,
    at: momentAt(Math.min(at, merge.at)),
    by: personOf(by),
  });
  const entries = [entry(development, work.first), entry(review, work.last), entry(completed, merge)];
  const description = descriptionOf(`${subject}\n\n${body}`);
  const name = nameOf(body, subject || hash);
  const metrics = { linesOfCode, modifiedFiles, newFiles };
  return { record: { externalId: hash, name, description, entries: inOrder(entries), metrics } };
}

function personOf({ name, email }: { name: string; email: string }): OutsidePerson | null {
  const id = email.trim() || name.trim();
  return id === '' ? null : { id, name };
}

/** @param seconds since the epoch */
function momentAt(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
