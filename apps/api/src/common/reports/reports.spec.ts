import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCobertura } from './cobertura';
import { readLcov } from './lcov';
import { readNumstat } from './numstat';
import { formatOf } from './read-report';
import { ReportBroken } from './report';

/** The line that a broken report names. */
function lineOf(read: () => unknown): number {
  try {
    read();
  } catch (error) {
    if (error instanceof ReportBroken) return error.line;
    throw error;
  }
  throw new Error('it was taken');
}

describe('an lcov report', () => {
  const record = (...lines: string[]) => ['TN:', 'SF:a.ts', ...lines, 'end_of_record', ''].join('\n');

  it('counts the lines that can run and those that did', () => {
    expect(readLcov(record('FN:1,f', 'FNDA:0,f', 'DA:1,5', 'DA:2,0', 'DA:3,1,checksum'))).toEqual({
      linesFound: 3,
      linesHit: 2,
    });
  });

  it('counts a line once that several tests name', () => {
    const text = record('DA:1,0', 'DA:2,0') + record('DA:1,3', 'DA:3,0') + record('DA:1,0');
    expect(readLcov(text)).toEqual({ linesFound: 3, linesHit: 1 });
  });

  it('takes the counts of a file that lists no lines', () => {
    expect(readLcov(record('LF:10', 'LH:4'))).toEqual({ linesFound: 10, linesHit: 4 });
  });

  it('has comments, carriage returns, exponents and negative counts', () => {
    const text = record('# DA:9,9', 'DA:1,1.0e+19', 'DA:2,-3').replaceAll('\n', '\r\n');
    expect(readLcov(text)).toEqual({ linesFound: 2, linesHit: 1 });
  });

  it.each([
    ['a count that is no number', record('DA:1,1', 'DA:2,1.a0e+19'), 4],
    ['a line that is no number', record('DA:x,1'), 3],
    ['a line of something else', record('DA:1,1', 'nonsense'), 4],
    ['a record without an end', 'SF:a\nDA:1,1\nSF:b\nend_of_record', 3],
    ['an end without a record', 'end_of_record', 1],
    ['a line outside of records', 'DA:1,1', 1],
    ['the end of the file within a record', 'SF:a\nDA:1,1', 2],
    ['nothing at all', '', 1],
  ])('names the line of %s', (_, text, line) => {
    expect(lineOf(() => readLcov(text))).toBe(line);
  });
});

describe('a Cobertura report', () => {
  const report = (classes: string, attributes = '', head = '') =>
    `<?xml version="1.0"?>\n${head}<coverage ${attributes}><packages><package><classes>${classes}</classes></package></packages></coverage>`;
  const lines = (...hits: number[]) =>
    `<lines>${hits.map((each, i) => `<line number="${i + 1}" hits="${each}"/>`).join('')}</lines>`;

  it('counts the lines of its classes, those of methods once', () => {
    const methods = `<methods><method name="f">${lines(1, 1, 1, 1)}</method></methods>`;
    const text = report(`<class filename="a.ts">${methods}${lines(1, 0, 2)}</class>`);
    expect(readCobertura(text)).toEqual({ linesFound: 3, linesHit: 2 });
  });

  it('counts a line once that several classes of a file name', () => {
    const text = report(
      `<class filename="a">${lines(1, 0)}</class><class filename="a">${lines(0, 0, 1)}</class>`,
    );
    expect(readCobertura(text)).toEqual({ linesFound: 3, linesHit: 2 });
  });

  it('takes the totals of one that lists no lines', () => {
    expect(readCobertura(report('', 'lines-valid="8" lines-covered="6"'))).toEqual({
      linesFound: 8,
      linesHit: 6,
    });
  });

  it.each([
    ['an unknown entity', report(`<class filename="&lol;">${lines(1)}</class>`), 2],
    ['entities of its own', report('', '', '<!DOCTYPE coverage [\n<!ENTITY lol "x">\n]>\n'), 4],
    ['text that is no XML', 'x', 1],
    ['another root', '<?xml version="1.0"?>\n<html/>', 2],
    ['an end that is missing', report('<class filename="a">'), 2],
    ['a class without a file', report('<class/>'), 2],
    [
      'hits that are no number',
      report(`<class filename="a"><lines>\n<line number="1" hits="x"/></lines></class>`),
      3,
    ],
    ['elements nested without end', report('<a>'.repeat(100_000)), 2],
    ['nothing', '', 1],
  ])('names the line of %s', (_, text, line) => {
    expect(lineOf(() => readCobertura(text))).toBe(line);
  });

  it('may point at a document type elsewhere, which is not read', () => {
    const head = '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">\n';
    expect(readCobertura(report(`<class filename="a">${lines(1)}</class>`, '', head)).linesHit).toBe(1);
  });
});

describe('a report of git diff', () => {
  const plain = [
    '-\t-\tbin',
    '0\t1\tdel',
    '1\t0\t"mod \\"q\\" \\303\\274.txt"',
    '2\t0\t"new\\ttab.txt"',
    '1\t0\tsrc/a/{old.txt => new.txt}',
    '4\t0\tsrc/{ => b}/c.ts',
    '5\t2\told.ts => other.ts',
    ' create mode 100644 bin',
    ' delete mode 100644 del',
    ' mode change 100644 => 100755 exec',
    ' create mode 100644 "new\\ttab.txt"',
    ' rename src/a/{old.txt => new.txt} (94%)',
    '',
  ];
  const files = {
    modifiedFiles: ['del', 'mod "q" ü.txt', 'src/a/new.txt', 'src/b/c.ts', 'other.ts'],
    newFiles: ['bin', 'new\ttab.txt'],
  };

  it('tells lines, files that were changed and files that were made', () => {
    expect(readNumstat(plain.join('\n'))).toEqual({ linesOfCode: 13, ...files });
  });

  it('tells the same with -z, where paths are not quoted', () => {
    const entries = ['-\t-\tbin', '0\t1\tdel', '1\t0\tmod "q" ü.txt', '2\t0\tnew\ttab.txt'];
    const renames = ['1\t0\t', 'src/a/old.txt', 'src/a/new.txt', '4\t0\t', 'src/c.ts', 'src/b/c.ts'];
    const text = [...entries, ...renames, '5\t2\t', 'old.ts', 'other.ts', plain.slice(7).join('\n')].join(
      '\0',
    );
    expect(readNumstat(text)).toEqual({ linesOfCode: 13, ...files });
  });

  it('does not know which files are new without the summary', () => {
    expect(readNumstat('3\t1\ta.ts\n')).toEqual({ linesOfCode: 3, modifiedFiles: ['a.ts'], newFiles: null });
    expect(readNumstat('')).toEqual({ linesOfCode: 0, modifiedFiles: [], newFiles: null });
  });

  it.each([
    ['a line of something else', '1\t1\ta\nnonsense\n', 2],
    ['a count that is no number', '1\tx\ta\n', 1],
    ['a path that is missing', '1\t1\ta\n1\t1\t\n', 2],
    ['an entry that is none', '1\t1\ta\0nonsense\0', 2],
    ['a rename without its paths', '1\t1\t\0a\0', 1],
  ])('names the line of %s', (_, text, line) => {
    expect(lineOf(() => readNumstat(text))).toBe(line);
  });
});

it('is told by its beginning', () => {
  expect([formatOf('1\t2\ta'), formatOf('-\t-\ta'), formatOf(' <?xml ?>'), formatOf('TN:\nSF:a')]).toEqual([
    'numstat',
    'numstat',
    'cobertura',
    'lcov',
  ]);
  expect([formatOf(''), formatOf('hello')]).toEqual([undefined, undefined]);
});

const SHARED = join(__dirname, '../../../../../../shared/data/coverage');
const real = existsSync(SHARED) ? it : it.skip;

describe('reports of real tools (../shared/data/coverage)', () => {
  const file = (name: string) => readFileSync(join(SHARED, name), 'utf8');

  real('count what their own totals say', () => {
    expect(readLcov(file('a.info'))).toEqual({ linesFound: 7, linesHit: 2 });
    expect(lineOf(() => readLcov(file('format.info')))).toBe(8);
  });

  real('count as an independent reader does', () => {
    const lines = new Map<string, boolean>();
    for (const [, name, body = ''] of file('cobertura.xml').matchAll(
      /<class [^>]*filename="([^"]*)"[^>]*>(.*?)<\/class>/gs,
    )) {
      for (const [, number, hits] of body
        .replace(/<methods>.*<\/methods>/s, '')
        .matchAll(/<line number="(\d+)" hits="(\d+)"/g)) {
        const key = `${name}:${number}`;
        lines.set(key, lines.get(key) === true || Number(hits) > 0);
      }
    }
    const linesHit = [...lines.values()].filter(Boolean).length;
    expect(lines.size).toBeGreaterThan(100);
    expect(readCobertura(file('cobertura.xml'))).toEqual({ linesFound: lines.size, linesHit });
  });
});
