import { ArraySplitter, type ArrayElement, MAX_ELEMENT_BYTES } from './json-array';

function split(text: string | Buffer, pieceLength = Infinity): ArrayElement[] {
  const bytes = Buffer.from(text);
  const splitter = new ArraySplitter();
  const elements: ArrayElement[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength) {
    elements.push(...splitter.push(bytes.subarray(at, Math.min(bytes.length, at + pieceLength))));
  }
  splitter.end();
  return elements;
}

const textsOf = (elements: ArrayElement[]) => elements.map(({ text }) => JSON.parse(text ?? '"too large"'));

describe('ArraySplitter', () => {
  const awkward = [
    'a "quoted, ] } [ \\" text',
    { 'k]"': ['[', { deep: [1, [2, []]] }] },
    -1.5e3,
    null,
    true,
    'é🚀',
  ];

  it.each([1, 2, 3, 7, 64, Infinity])('finds the elements in pieces of %d bytes', (length) => {
    expect(textsOf(split(JSON.stringify(awkward, null, 2), length))).toEqual(awkward);
    expect(textsOf(split(JSON.stringify(awkward), length))).toEqual(awkward);
  });

  it('takes arrays one after the other as one, and none of them for none', () => {
    expect(textsOf(split('[1,2]\n[]\n[{"a":3}] '))).toEqual([1, 2, { a: 3 }]);
    expect(split('[]')).toEqual([]);
    expect(textsOf(split('\uFEFF[1]'))).toEqual([1]);
  });

  it('tells where each element begins', () => {
    const places = split('[\n  {"a":\n1},\n\n  {}\n]\n[3]').map(({ index, line }) => [index, line]);
    expect(places).toEqual([
      [1, 2],
      [2, 5],
      [3, 7],
    ]);
  });

  it.each([
    ['', 'it is empty'],
    ['  \n', 'it is empty'],
    ['{"message": "Not Found"}', 'not a JSON array'],
    ['hello', 'not a JSON array'],
    ['[1, 2', 'cut off'],
    ['[{"a": "x', 'cut off'],
    ['[1,]', 'comma'],
    ['[,1]', 'comma'],
    ['[1],[2]', 'not a JSON array'],
    ['[1]]', 'not a JSON array'],
    ['[1}', 'not JSON'],
    ['[}]', 'not JSON'],
  ])('refuses %j', (text, reason) => {
    expect(() => split(text)).toThrow(reason);
  });

  it('refuses text that is not UTF-8', () => {
    expect(() => split(Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]))).toThrow('UTF-8');
    expect(() => split(Buffer.from('[1]', 'utf16le'))).toThrow();
  });

  it('passes over an element that is too large, without keeping it', () => {
    const large = JSON.stringify('x'.repeat(MAX_ELEMENT_BYTES));
    expect(split(`[1, ${large}, 2]`, 2 ** 20).map(({ text }) => text)).toEqual(['1', null, '2']);
  });
});
