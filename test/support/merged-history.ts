import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Writable } from 'node:stream';

/** How much a history has of what. */
export interface MergedHistory {
  /** Merges of the main line. */
  readonly merges: number;
  /** Branches that are worked on at the same time. */
  readonly branches: number;
}

const HOUR_S = 3600;
const START_S = 1_600_000_000;
/** As people are called in real repositories, and worse. */
const PEOPLE = [
  'Ann',
  '李雷',
  'Zoë "Z" O\'Hara',
  'bot[bot]',
  'x'.repeat(300),
  'tab\there',
  '.',
  'Ünï 💥 cödé',
];

interface Branch {
  readonly name: string;
  head: number;
  lines: number;
}

/**
 * Fills an empty repository by `git fast-import`: branches that are worked on side by side, brought up to date from the main line, and
 * merged into it, now and then several at once or renaming a file, with commits of its own between. The same numbers make the same history.
 */
export async function writeMergedHistory(repository: string, size: MergedHistory): Promise<void> {
  const git = spawn('git', ['-C', repository, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(git, 'close') as Promise<[number | null]>;
  await new Writer(git.stdin, size).write();
  git.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}`);
}

class Writer {
  private mark = 0;
  private main = 0;
  private time = START_S;
  private state = 1;
  private merges = 0;
  private started = 0;
  private readme = 'README';
  private readonly branches: Branch[] = [];

  constructor(
    private readonly out: Writable,
    private readonly size: MergedHistory,
  ) {}

  async write(): Promise<void> {
    this.main = this.commit(
      'main',
      'begin',
      [],
      'M 100644 inline README\ndata 24\nto be moved now and then\n',
    );
    while (this.merges < this.size.merges) {
      this.time += 1 + this.pick(HOUR_S);
      this.step();
      if (this.out.writableNeedDrain) await once(this.out, 'drain');
    }
  }

  private step(): void {
    const what = this.pick(10);
    const branch = this.branches[this.pick(this.branches.length || 1)];
    if (!branch || (what < 2 && this.branches.length < this.size.branches)) this.begin();
    else if (what < 6) this.work(branch);
    else if (what < 7) branch.head = this.commit(branch.name, 'Merge main', [branch.head, this.main], '');
    else if (what < 8)
      this.main = this.commit('main', 'on the main line', [this.main], this.file('notes', what));
    else this.merge(branch);
  }

  private begin(): void {
    // Not all in one folder: git writes each folder anew.
    const branch = { name: `b${++this.started % 100}/${this.started}`, head: this.main, lines: 0 };
    this.branches.push(branch);
    this.work(branch);
  }

  private work(branch: Branch): void {
    branch.lines++;
    branch.head = this.commit(
      branch.name,
      'work',
      [branch.head],
      this.file(`src/${branch.name}`, branch.lines),
    );
  }

  private merge(branch: Branch): void {
    const together = this.merges % 20 === 19 ? this.branches.slice(0, 3) : [branch];
    let files = together.map(({ name, lines }) => this.file(`src/${name}`, lines)).join('');
    if (this.merges % 7 === 3) {
      const to = this.readme === 'README' ? 'READ ME → { => }' : 'README';
      files += `R "${this.readme}" "${to}"\n`;
      this.readme = to;
    }
    const names = together.map(({ name }) => name).join(', ');
    const heads = together.map(({ head }) => head);
    this.main = this.commit('main', `Merge ${names}\n\nTitle of ${names}`, [this.main, ...heads], files);
    for (const done of together) this.branches.splice(this.branches.indexOf(done), 1);
    this.merges++;
  }

  /** @returns its mark */
  private commit(branch: string, message: string, parents: readonly number[], changes: string): number {
    const who = PEOPLE[this.pick(PEOPLE.length)] ?? '';
    const person = `${who} <${this.pick(20) === 0 ? '' : `p${this.pick(30)}@example.org`}>`;
    // Work is often older than its commit, and some clocks are ahead.
    const authored = this.time - this.pick(3 * HOUR_S) + (this.pick(50) === 0 ? 90 * HOUR_S : 0);
    const [from = 0, ...others] = parents;
    this.out.write(
      [
        `commit refs/heads/${branch}\nmark :${++this.mark}\n`,
        `author ${person} ${authored} +0545\ncommitter ${person} ${this.time} -0800\n`,
        `data ${Buffer.byteLength(message)}\n${message}\n`,
        parents.length === 0 ? '' : `from :${from}\n`,
        ...others.map((other) => `merge :${other}\n`),
        changes,
        '\n',
      ].join(''),
    );
    return this.mark;
  }

  private file(name: string, lines: number): string {
    const content = 'line\n'.repeat(lines);
    return `M 100644 inline "${name}"\ndata ${content.length}\n${content}\n`;
  }

  /** A whole number below a bound (mulberry32). */
  private pick(below: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }
}
