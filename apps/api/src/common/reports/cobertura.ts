import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { type Coverage, LineTally, ReportBroken } from './report';

const MAX_DEPTH = 32;
const CHUNK = 64 * 1024;

/**
 * Line coverage of a Cobertura report. A document type that points elsewhere is passed over unread, one with declarations of its
 * own is refused, and entities but XML's own five are not known.
 * @throws ReportBroken
 */
export function readCobertura(text: string): Coverage {
  const reading = new CoberturaReading();
  for (let at = 0; at < text.length; at += CHUNK) reading.take(text.slice(at, at + CHUNK));
  return reading.finish();
}

class CoberturaReading {
  private readonly parser = new SaxesParser({ xmlns: false, position: true });
  private readonly lines = new LineTally();
  private readonly open: string[] = [];
  private file: string | undefined;
  private rate: Coverage = { linesFound: 0, linesHit: 0 };

  constructor() {
    this.parser.on('error', (error) => this.fail(error.message.replace(/^\d+:\d+: /, '')));
    this.parser.on('doctype', (doctype) => {
      if (doctype.includes('[')) this.fail('a document type with declarations of its own is not taken');
    });
    this.parser.on('opentag', (tag) => this.enter(tag));
    this.parser.on('closetag', ({ name }) => this.leave(name));
  }

  take(chunk: string): void {
    this.parser.write(chunk);
  }

  finish(): Coverage {
    this.parser.close();
    const counted = this.lines.coverage;
    return counted.linesFound > 0 ? counted : this.rate;
  }

  private enter({ name, attributes }: SaxesTagPlain): void {
    if (this.open.length >= MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH} levels`);
    if (this.open.length === 0) this.begin(name, attributes);
    if (name === 'class') this.file = attributes['filename'] ?? this.fail('a class without a filename');
    // The lines of methods stand in their class once more.
    if (name === 'line' && this.open.at(-2) === 'class') this.line(attributes);
    this.open.push(name);
  }

  private leave(name: string): void {
    this.open.pop();
    if (name === 'class') this.file = undefined;
  }

  private begin(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name !== 'coverage') this.fail(`its root is ${name}, not coverage`);
    const { 'lines-valid': valid, 'lines-covered': covered } = attributes;
    if (valid === undefined || covered === undefined) return;
    this.rate = { linesFound: this.whole(valid), linesHit: this.whole(covered) };
    if (this.rate.linesHit > this.rate.linesFound) this.fail('more lines are covered than there are');
  }

  private line({ number, hits }: Readonly<Record<string, string>>): void {
    this.lines.add(this.file ?? '', this.whole(number), this.whole(hits));
  }

  private whole(text: string | undefined): number {
    if (!/^\d{1,15}$/.test(text ?? ''))
      this.fail(`not a number: ${JSON.stringify((text ?? '').slice(0, 80))}`);
    return Number(text);
  }

  private fail(reason: string): never {
    throw new ReportBroken('cobertura', this.parser.line, reason);
  }
}
