import type { InputError } from '../errors/problem';
import { escapePointer } from './input-errors';

/** Keys of `Object.prototype` would be found on every object, so no rule sees them as unknown. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/**
 * What no field may hold, wherever it stands: NUL (PostgreSQL has none in text), lone surrogates (they would be
 * stored as U+FFFD), and names that every object inherits.
 */
export function forbiddenContent(value: unknown, place: InputError['in']): InputError[] {
  return isClean(value) ? [] : find(value, place, '#');
}

/** The same question without the words: nearly all input is clean. */
function isClean(value: unknown): boolean {
  if (typeof value === 'string') return isCleanText(value);
  if (typeof value !== 'object' || value === null) return true;
  for (const key of Object.keys(value)) {
    if (INHERITED.has(key) || !isCleanText(key)) return false;
    if (!isClean((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}

function isCleanText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function find(value: unknown, place: InputError['in'], pointer: string): InputError[] {
  if (typeof value === 'string') return forbiddenText(value, place, pointer);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const at = `${pointer}/${escapePointer(key)}`;
    if (INHERITED.has(key) || !isCleanText(key)) {
      return [{ in: place, pointer: at, code: 'unknown_field', detail: 'this field is not known here' }];
    }
    return find(each, place, at);
  });
}

function forbiddenText(text: string, place: InputError['in'], pointer: string): InputError[] {
  if (text.includes('\0')) {
    return [{ in: place, pointer, code: 'nul_character', detail: 'must not contain the character U+0000' }];
  }
  if (!text.isWellFormed()) {
    return [{ in: place, pointer, code: 'ill_formed_text', detail: 'must be well-formed Unicode' }];
  }
  return [];
}
