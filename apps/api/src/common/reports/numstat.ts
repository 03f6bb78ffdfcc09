import { type Diff, MAX_PATH, ReportBroken } from './report';

const COUNTS = /^(\d{1,9}|-)\t(\d{1,9}|-)\t(.*)$/s;
/** Lines of --summary. A rename or a copy says how alike the two are. */
const SUMMARY =
  /^ (create mode|delete mode|mode change|rename|copy|rewrite) (?:(?:\d{6}(?: => \d{6})?) )?(.*?)(?: \(\d+%\))?$/;

/**
 * What `git diff --numstat --summary` says, with -z or without. Which files are new only the summary tells.
 * @throws ReportBroken
 */
export function readNumstat(text: string): Diff {
  const reading = new NumstatReading();
  const end = text.lastIndexOf('\0');
  if (end < 0) reading.lines(text);
  else reading.entries(text.slice(0, end).split('\0'), text.slice(end + 1));
  return reading.diff;
}

class NumstatReading {
  private lineCount = 0;
  private number = 0;
  private summarised = false;
  private readonly touched = new Set<string>();
  private readonly made = new Set<string>();

  /** Without -z: a line each, paths quoted where they have to be. */
  lines(text: string): void {
    for (const line of text.split('\n')) {
      this.number++;
      if (line === '') continue;
      const [, added, , path = ''] = COUNTS.exec(line) ?? [];
      if (added === undefined) this.summary(line);
      else this.change(added, this.newName(path));
    }
  }

  /** With -z: NUL ends each path, a rename has two after an empty one, and the summary follows as lines. */
  entries(entries: readonly string[], summary: string): void {
    for (let i = 0; i < entries.length; i++) {
      this.number++;
      const [, added, , path] = COUNTS.exec(entries[i] ?? '') ?? [];
      if (added === undefined || path === undefined) throw this.broken(entries[i] ?? '');
      const named = path === '' ? entries[(i += 2)] : path;
      if (named === undefined) throw this.broken('a rename without its new path');
      this.change(added, named);
    }
    for (const line of summary.split('\n')) {
      this.number++;
      if (line !== '') this.summary(line);
    }
  }

  get diff(): Diff {
    const modifiedFiles = [...this.touched].filter((path) => !this.made.has(path));
    return {
      linesOfCode: this.lineCount,
      modifiedFiles,
      newFiles: this.summarised ? [...this.made] : null,
    };
  }

  private change(added: string, path: string): void {
    if (path === '' || path.length > MAX_PATH) throw this.broken(path);
    // Binary files have no lines: `-`.
    if (added !== '-') this.lineCount += Number(added);
    this.touched.add(path);
  }

  private summary(line: string): void {
    const [, what, path = ''] = SUMMARY.exec(line) ?? [];
    if (what === undefined) throw this.broken(line);
    this.summarised = true;
    if (what === 'create mode') this.made.add(unquoted(path));
    if (what === 'copy') this.made.add(this.newName(path));
  }

  /** `src/{old => new}/a.ts` and `old => new` name two paths; the new one is meant. */
  private newName(path: string): string {
    const [, before = '', , after, rest = ''] = /^(.*)\{(.*) => (.*)\}(.*)$/.exec(path) ?? [];
    if (after !== undefined) return `${before}${after}${rest}`.replace('//', '/');
    const arrow = path.indexOf(' => ');
    return unquoted(
      arrow < 0 || (path.startsWith('"') && !path.includes('" => ')) ? path : path.slice(arrow + 4),
    );
  }

  private broken(found: string): ReportBroken {
    const shown = JSON.stringify(found.slice(0, 80));
    return new ReportBroken('numstat', this.number, `not a line of git diff --numstat --summary: ${shown}`);
  }
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** A path as git quotes it when it has unusual bytes: `"src/\303\274.ts"`. */
function unquoted(path: string): string {
  if (!/^".*"$/s.test(path)) return path;
  const bytes = path.slice(1, -1).matchAll(/\\([0-3][0-7]{2})|\\(.)|([^\\]+)/gsu);
  const pieces = [...bytes].map(([, octal, escaped, plain]) => {
    if (octal !== undefined) return Buffer.from([Number.parseInt(octal, 8)]);
    const code = ESCAPES[escaped ?? ''];
    return code === undefined ? Buffer.from(escaped ?? plain ?? '') : Buffer.from([code]);
  });
  return Buffer.concat(pieces).toString();
}
