import type { ByteRange } from '../../storage/storage.service';

/**
 * What a `Range` header asks of so many bytes (RFC 9110 §14).
 * @returns null: all of it, since there is no header, it asks in another unit or way, or for several ranges at once
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first = '', last = ''] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') return suffix(Number(last), size);
  const start = Number(first);
  if (last !== '' && Number(last) < start) return null;
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

function suffix(bytes: number, size: number): ByteRange | 'unsatisfiable' {
  return bytes === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(size - bytes, 0), end: size - 1 };
}
