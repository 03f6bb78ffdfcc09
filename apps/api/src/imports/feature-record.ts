import { createHash } from 'node:crypto';
import { isTimestamp } from '../common/fields/timestamp';
import type { Placed } from './github-files';

/** Somebody in another system. */
export interface OutsidePerson {
  /** What names them there, for good. */
  readonly id: string;
  readonly name: string;
}

export interface StageEntry {
  readonly stage: string;
  /** RFC 3339. */
  readonly at: string;
  readonly by: OutsidePerson | null;
}

/** A feature as another system tells of it. */
export interface FeatureRecord {
  readonly externalId: string;
  readonly name: string;
  readonly description: string;
  readonly entries: readonly StageEntry[];
  readonly metrics?: {
    readonly linesOfCode: number;
    readonly modifiedFiles: readonly string[];
    readonly newFiles: readonly string[];
  };
}

export type PlacedFeature = Placed<FeatureRecord>;

/** What the columns hold, or the API takes; characters. */
const [MAX_NAME, MAX_ID, MAX_DESCRIPTION] = [255, 255, 100_000];

/** A name that fits: the first line, cut where it is too long. */
export function nameOf(text: string, otherwise: string): string {
  const line = storable(text).trim().split(/\r?\n/, 1)[0]?.trim() ?? '';
  const name = line === '' ? storable(otherwise) : line;
  return [...name].length <= MAX_NAME ? name : `${[...name].slice(0, MAX_NAME - 1).join('')}…`;
}

/** A text that fits: cut where it is longer than the API takes one. */
export function descriptionOf(text: string): string {
  const whole = storable(text).trim();
  return whole.length <= MAX_DESCRIPTION ? whole : `${whole.slice(0, MAX_DESCRIPTION - 1).toWellFormed()}…`;
}

/** What names a record for good: as it stands there, or its digest where it is too long. */
export function idOf(text: string): string {
  const id = storable(text);
  return id.length <= MAX_ID ? id : createHash('sha256').update(id).digest('hex');
}

/** Text as a column can hold it: U+FFFD in the place of NUL and of halves of surrogate pairs. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/**
 * A moment as RFC 3339 has it, of the forms that other systems write: a space for the `T`, an offset without its colon.
 * Undefined: it is none.
 */
export function momentOf(text: string): string | undefined {
  const moment = text
    .trim()
    .replace(/^(\d{4}-\d\d-\d\d) (?=\d)/, '$1T')
    .replace(/ (?=[+-]\d\d:?\d\d$)/, '')
    .replace(
      /([+-]\d\d)(\d\d)?$/,
      (_, hours: string, minutes: string | undefined) => `${hours}:${minutes ?? '00'}`,
    );
  return isTimestamp(moment) ? moment : undefined;
}

/** In the order of time, entries of the same moment as they came; without those that lead nowhere. */
export function inOrder(entries: readonly StageEntry[]): StageEntry[] {
  return entries
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .filter(({ stage }, i, sorted) => stage !== sorted[i - 1]?.stage);
}
