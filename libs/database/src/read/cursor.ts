import { hash } from 'node:crypto';

/** The cursor was made for another list, another sort or other filters, or was not made here at all. */
export class InvalidCursor extends Error {}

/** What a cursor is bound to: the list with its sort and its filters. */
export function fingerprint(list: string, sort: string, filters: unknown): string {
  return hash('sha256', JSON.stringify([list, sort, filters]), 'base64url').slice(0, 12);
}

/** @param keys the sort keys of the last item of a page, as a JSON array: what PostgreSQL answered */
export function encodeCursor(print: string, keys: string): string {
  return Buffer.from(`${print}${keys}`).toString('base64url');
}

/** @returns the keys that it carries, which nobody has judged. @throws InvalidCursor */
export function decodeCursor(cursor: string, print: string): unknown[] {
  const text = Buffer.from(cursor, 'base64url').toString();
  const keys = text.startsWith(print) ? parse(text.slice(print.length)) : undefined;
  if (!Array.isArray(keys)) throw new InvalidCursor();
  return keys;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
