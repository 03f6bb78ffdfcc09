import { byteRange } from './byte-range';
import { contentDisposition } from './content-disposition';
import { filenameError } from './filename';
import { mediaType } from './media-type';

describe('a range of 10 bytes', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=2-5', { start: 2, end: 5 }],
    ['Bytes=2-', { start: 2, end: 9 }],
    ['bytes=9-100', { start: 9, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=10-12', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=99999999999999999999-', 'unsatisfiable'],
    [undefined, null],
    ['bytes=', null],
    ['bytes=-', null],
    ['bytes=5-2', null],
    ['bytes=a-b', null],
    ['bytes=0-1,3-4', null],
    ['lines=0-1', null],
    ['bytes=0-1 x', null],
  ])('%j is %j', (header, range) => {
    expect(byteRange(header, 10)).toEqual(range);
  });

  it('cannot be had of none', () => {
    expect(byteRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(byteRange('bytes=-1', 0)).toBe('unsatisfiable');
  });
});

describe('Content-Disposition', () => {
  it.each([
    ['a.txt', `attachment; filename="a.txt"; filename*=UTF-8''a.txt`],
    [
      'a "b" \\ 100%.txt',
      `attachment; filename="a _b_ _ 100_.txt"; filename*=UTF-8''a%20%22b%22%20%5C%20100%25.txt`,
    ],
    ['ü\u{1F600}.txt', `attachment; filename="__.txt"; filename*=UTF-8''%C3%BC%F0%9F%98%80.txt`],
    [`it's (1)*.txt`, `attachment; filename="it's (1)*.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`],
  ])('of %j', (filename, header) => {
    expect(contentDisposition(filename)).toBe(header);
  });
});

describe('a file name', () => {
  it.each(['a', '.env', '..a', ' a ', '\u{1F600}'.repeat(255), 'a:b*?.txt', '"', 'CON'])(
    '%j will do',
    (name) => {
      expect(filenameError(name)).toBeUndefined();
    },
  );

  it.each([
    ['', 'required'],
    ['  ', 'required'],
    ['a'.repeat(256), 'too_long'],
    ['a\0', 'bad_format'],
    ['a\r\nb', 'bad_format'],
    ['\u0085', 'bad_format'],
    ['\ud800', 'bad_format'],
    ['a/b', 'bad_format'],
    ['..\\b', 'bad_format'],
    ['.', 'bad_format'],
    ['..', 'bad_format'],
  ])('%j will not: %s', (name, code) => {
    expect(filenameError(name)).toMatchObject({ code });
  });
});

describe('a media type', () => {
  it.each([
    ['Text/HTML', 'text/html'],
    ['text/plain; charset=UTF-8', 'text/plain; charset=UTF-8'],
    ['a/b; c="d e"', 'a/b; c="d e"'],
    ['image/svg+xml', 'image/svg+xml'],
  ])('is kept: %j', (claimed, kept) => {
    expect(mediaType(claimed)).toBe(kept);
  });

  it.each([
    undefined,
    '',
    'text',
    'text/',
    'a/b/c',
    'a b/c',
    'a/b\r\nX: y',
    'a/b;',
    'ä/b',
    `a/${'b'.repeat(254)}`,
  ])('%j is none', (claimed) => {
    expect(mediaType(claimed)).toBe('application/octet-stream');
  });
});
