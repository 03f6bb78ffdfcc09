/** A commit as the walk needs it. */
export interface Commit {
  readonly hash: string;
  /** The first is what it was made on top of. */
  readonly parents: readonly string[];
  /** When it was authored, epoch seconds. */
  readonly at: number;
  readonly name: string;
  readonly email: string;
}

/** Who authored a commit, and when. */
export type Authored = Pick<Commit, 'at' | 'name' | 'email'>;

/**
 * The commits that a merge brought in: those that can be reached from it, but not from its first parent. Merges among them count
 * where there is nothing else: bringing a branch up to date is no work on it.
 */
export interface BranchWork {
  readonly first: Authored;
  readonly last: Authored;
}

type Span = { first?: Authored; last?: Authored };

interface Open {
  readonly merge: string;
  readonly own: Span;
  readonly merged: Span;
  /** Commits still to come that nobody older has claimed yet. */
  expected: number;
}

/** Within the years 1 to 9999: clocks of authors say anything. @param seconds since the epoch */
export function isMoment(seconds: number): boolean {
  return seconds >= -62_135_596_800 && seconds <= 253_402_300_799;
}

/**
 * Tells which merge brought in which commit, in one pass over a history in which no commit stands before its children. A commit
 * belongs to the oldest commit of the main line from which it can be reached; a parent inherits the oldest owner of its children. Kept
 * are the commits that are expected and the merges whose branches are not yet through: as much as was under way at a time.
 */
export class BranchWalk {
  private next: string;
  private line = 0;
  /** Merges by their place on the main line; those at either end of what is known are missing. */
  private readonly open = new Map<number, Open>();
  private readonly owners = new Map<string, number>();
  private readonly done = new Map<string, BranchWork | null>();

  /** @param tip where the main line begins */
  constructor(tip: string) {
    this.next = tip;
  }

  /** Takes the next commit: the tip first, no commit before its children. */
  take(commit: Commit): void {
    if (commit.hash === this.next) this.takeMain(commit);
    else this.takeBranch(commit);
  }

  /** What a merge of the main line brought in, once that is known; null: nothing. Told once. */
  workOf(merge: string): BranchWork | null | undefined {
    const work = this.done.get(merge);
    this.done.delete(merge);
    return work;
  }

  /** There are no more commits: what is open is all that there is. */
  end(): void {
    for (const [place, open] of this.open) this.close(place, open);
  }

  /** Commits and merges that are held at this moment. */
  get held(): number {
    return this.owners.size + this.open.size + this.done.size;
  }

  private takeMain({ hash, parents }: Commit): void {
    this.disown(hash);
    const [base, ...branches] = parents;
    this.next = base ?? '';
    this.disown(this.next);
    const place = this.line++;
    if (branches.length === 0) return;
    // Expected is this merge itself as well, so that it is not closed between its parents.
    this.open.set(place, { merge: hash, own: {}, merged: {}, expected: 1 });
    for (const branch of branches) this.claim(branch, place);
    this.less(place);
  }

  private takeBranch(commit: Commit): void {
    const place = this.owners.get(commit.hash);
    this.owners.delete(commit.hash);
    const open = place === undefined ? undefined : this.open.get(place);
    if (place === undefined || !open) return;
    if (isMoment(commit.at)) widen(commit.parents.length > 1 ? open.merged : open.own, commit);
    for (const parent of commit.parents) this.claim(parent, place);
    this.less(place);
  }

  private claim(hash: string, place: number): void {
    if (hash === this.next) return;
    const before = this.owners.get(hash);
    if (before !== undefined && before >= place) return;
    this.owners.set(hash, place);
    const open = this.open.get(place);
    if (open) open.expected++;
    if (before !== undefined) this.less(before);
  }

  /** A commit turns out to be of the main line, whoever expected it. */
  private disown(hash: string): void {
    const place = this.owners.get(hash);
    this.owners.delete(hash);
    if (place !== undefined) this.less(place);
  }

  private less(place: number): void {
    const open = this.open.get(place);
    if (open && --open.expected === 0) this.close(place, open);
  }

  private close(place: number, { merge, own, merged }: Open): void {
    this.open.delete(place);
    const { first, last } = own.first ? own : merged;
    this.done.set(merge, first && last ? { first, last } : null);
  }
}

function widen(span: Span, { at, name, email }: Commit): void {
  if (!span.first || at <= span.first.at) span.first = { at, name, email };
  if (!span.last || at > span.last.at) span.last = { at, name, email };
}
