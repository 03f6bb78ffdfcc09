import { defaultFieldNames, Variant } from '@friedemannsommer/lcov-parser/constants';
import { LcovParser } from '@friedemannsommer/lcov-parser/parser';
import { type Coverage, LineTally, ReportBroken } from './report';

/** Hits as geninfo writes them: whole numbers, large ones also with an exponent. */
const HITS = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

const OF_INTEREST = /^(?:(?:SF|DA|LF|LH):|end_of_record)/;
/** Functions, branches, and what newer versions add. */
const OTHER = /^[A-Z]{2,}:/;

/** Line coverage of an lcov tracefile (geninfo(1)). @throws ReportBroken */
export function readLcov(text: string): Coverage {
  const reading = new LcovReading();
  let number = 0;
  for (const line of text.split('\n')) reading.take(line.replace(/\r$/, ''), ++number);
  return reading.finish(number);
}

/** A count that the record of a file gives instead of its lines. */
type Summary = { found: number; hit: number };

class LcovReading {
  private readonly parser = new LcovParser(defaultFieldNames);
  private readonly lines = new LineTally();
  private readonly summaries = new Map<string, Summary>();
  private file: string | undefined;
  private summary: Summary = { found: 0, hit: 0 };
  private records = 0;

  take(line: string, number: number): void {
    if (line.trim() === '' || line.startsWith('#')) return;
    if (!OF_INTEREST.test(line)) {
      if (OTHER.test(line)) return;
      throw broken(number, `not a line of lcov: ${shown(line)}`);
    }
    // Line by line, so that the number of each is known.
    this.parser.write(Buffer.from(`${line}\n`));
    const { variant, value } = this.parser.read();
    this.record(variant, value ?? [], number, line);
  }

  finish(number: number): Coverage {
    if (this.file !== undefined) throw broken(number, `end_of_record is missing for ${shown(this.file)}`);
    if (this.records === 0) throw broken(number, 'it has no record (SF … end_of_record)');
    let { linesFound, linesHit } = this.lines.coverage;
    for (const [file, { found, hit }] of this.summaries) {
      if (this.lines.has(file)) continue;
      linesFound += found;
      linesHit += hit;
    }
    return { linesFound, linesHit };
  }

  private record(variant: Variant, value: readonly string[], number: number, line: string): void {
    if (variant === Variant.FilePath) this.open(line.slice(line.indexOf(':') + 1), number);
    else if (variant === Variant.LineLocation) this.hit(value, number);
    else if (variant === Variant.LineInstrumented) this.summary.found = wholeNumber(value[0], number);
    else if (variant === Variant.LineHit) this.summary.hit = wholeNumber(value[0], number);
    else if (variant === Variant.EndOfRecord) this.close(number);
  }

  private open(file: string, number: number): void {
    if (this.file !== undefined) throw broken(number, `end_of_record is missing for ${shown(this.file)}`);
    this.file = file;
    this.summary = { found: 0, hit: 0 };
  }

  private hit([line, hits]: readonly string[], number: number): void {
    if (this.file === undefined) throw broken(number, 'DA outside of a record');
    if (!HITS.test(hits ?? ''))
      throw broken(number, `a count of hits that is no number: ${shown(hits ?? '')}`);
    this.lines.add(this.file, wholeNumber(line, number), Number(hits));
  }

  private close(number: number): void {
    if (this.file === undefined) throw broken(number, 'end_of_record without SF');
    if (this.summary.hit > this.summary.found) throw broken(number, 'more lines hit (LH) than found (LF)');
    this.summaries.set(this.file, this.summary);
    this.file = undefined;
    this.records++;
  }
}

function wholeNumber(text: string | undefined, number: number): number {
  if (!/^\d{1,9}$/.test(text ?? '')) throw broken(number, `not a number: ${shown(text ?? '')}`);
  return Number(text);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function broken(line: number, reason: string): ReportBroken {
  return new ReportBroken('lcov', line, reason);
}
