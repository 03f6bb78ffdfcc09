import { hash } from 'node:crypto';

export type CursorValue = string | number;

/** What a cursor carries for one sort key. */
export interface CursorKey {
  accepts(value: unknown): boolean;
}

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

/** @throws InvalidCursor */
export function decodeCursor(cursor: string, print: string, sort: readonly CursorKey[]): CursorValue[] {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (!text.startsWith(print)) throw new InvalidCursor();
  const keys = parse(text.slice(print.length));
  const wellFormed = keys.length === sort.length && sort.every((key, i) => key.accepts(keys[i]));
  if (!wellFormed) throw new InvalidCursor();
  return keys as CursorValue[];
}

function parse(text: string): unknown[] {
  try {
    const keys: unknown = JSON.parse(text);
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}
