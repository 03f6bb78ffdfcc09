import { Readable } from 'node:stream';
import { MultipartReader } from './multipart-reader';

const TYPE = 'multipart/form-data; boundary=B';

/** The parts of a body that arrives in pieces of so many bytes. */
async function parts(body: Buffer | string, { size = Infinity, type = TYPE } = {}) {
  const bytes = Buffer.from(body);
  const step = Math.min(size, Math.max(bytes.length, 1));
  const pieces = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) =>
    bytes.subarray(i * step, (i + 1) * step),
  );
  const reader = new MultipartReader(Readable.from(pieces), type);
  const found = [];
  for (let part = await reader.next(); part; part = await reader.next()) {
    const content = [];
    for await (const chunk of reader.content()) content.push(chunk);
    found.push({ ...part, content: Buffer.concat(content).toString('latin1') });
  }
  return found;
}

const field = (name: string, value: string) =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (filename: string, content = 'x', extra = '') =>
  `--B\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\n${extra}\r\n${content}\r\n`;
const END = '--B--\r\n';

describe('a form, read part by part', () => {
  it('is the same however it is cut into pieces', async () => {
    const content = '\r\n--\r\n--A\r\n-\r--B\n--B--\r\n\r\n--\r\n--'.replaceAll('\r\n--B', 'nearly');
    const body = `${field('taskId', 'one')}${field('empty', '')}${file('a.bin', content, 'Content-Type: a/b\r\n')}${END}`;
    const whole = await parts(body);
    expect(whole).toEqual([
      { name: 'taskId', content: 'one' },
      { name: 'empty', content: '' },
      { name: 'file', filename: 'a.bin', contentType: 'a/b', content },
    ]);
    for (let size = 1; size < body.length; size++) expect(await parts(body, { size })).toEqual(whole);
  });

  it('keeps every byte of a file', async () => {
    const bytes = Buffer.from(Array.from({ length: 1024 }, (_, i) => (i * 7) % 256));
    const body = Buffer.concat([Buffer.from(file('b', '').slice(0, -2)), bytes, Buffer.from(`\r\n${END}`)]);
    for (const size of [1, 3, 64, 1000, Infinity]) {
      expect(await parts(body, { size })).toMatchObject([{ content: bytes.toString('latin1') }]);
    }
  });

  it('may have a preamble, an epilogue, blanks after the boundary, and no part at all', async () => {
    const body = `hello\r\n${field('a', '1').replace('--B\r\n', '--B \t\r\n')}${END}bye\r\n--B\r\n`;
    expect(await parts(body)).toEqual([{ name: 'a', content: '1' }]);
    expect(await parts(END)).toEqual([]);
    expect(await parts('--B--')).toEqual([]);
  });

  it.each([
    ['plain.txt', 'plain.txt'],
    ['', ''],
    ['Übersicht \u{1F600}.pdf', 'Übersicht \u{1F600}.pdf'],
    ['a%22b.txt', 'a"b.txt'],
    ['a\\"b.txt', 'a"b.txt'],
    ['100%25;x=y.txt', '100%25;x=y.txt'],
    ['C:\\temp\\x', 'C:\\temp\\x'],
  ])('knows the file name %j as %j', async (written, meant) => {
    expect(await parts(file(written) + END)).toMatchObject([{ filename: meant }]);
  });

  it('prefers filename*, and takes unquoted values and headers in any case', async () => {
    const disposition = `content-DISPOSITION:Form-Data ;name=file; filename="_"; filename*=utf-8''%C3%9C%20%22.txt`;
    expect(await parts(`--B\r\n${disposition}\r\n\r\nx\r\n${END}`)).toEqual([
      { name: 'file', filename: 'Ü ".txt', content: 'x' },
    ]);
  });

  it.each(['boundary="B"', 'charset=utf-8; boundary=B', 'BOUNDARY=B'])(
    'finds its boundary in %j',
    async (rest) => {
      expect(await parts(field('a', '1') + END, { type: `multipart/form-data; ${rest}` })).toHaveLength(1);
    },
  );

  it.each([
    ['without a boundary', field('a', '1') + END, 'multipart/form-data'],
    ['with an empty boundary', field('a', '1') + END, 'multipart/form-data; boundary=""'],
    ['with a boundary too long', field('a', '1') + END, `multipart/form-data; boundary=${'B'.repeat(71)}`],
    ['that is empty', '', TYPE],
    ['that is something else', '{"a": 1}', TYPE],
    ['with another boundary', field('a', '1').replaceAll('--B', '--C'), TYPE],
    ['that ends within a part', field('a', '1'), TYPE],
    ['that ends within headers', '--B\r\nContent-Disposition: form-data', TYPE],
    ['that ends after a boundary', '--B', TYPE],
    ['with text behind its boundary', `--Bx\r\n${field('a', '1')}${END}`, TYPE],
    ['with a long preamble', `${'x'.repeat(9000)}\r\n${field('a', '1')}${END}`, TYPE],
    ['with endless headers', `--B\r\nX: ${'x'.repeat(9000)}\r\n\r\n\r\n${END}`, TYPE],
    ['with a part without headers', `--B\r\n\r\nx\r\n${END}`, TYPE],
    ['with a broken header', `--B\r\nContent-Disposition form-data\r\n\r\nx\r\n${END}`, TYPE],
    ['with a bare line break in a header', field('a\nb', '1') + END, TYPE],
    ['with a part without a name', `--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n${END}`, TYPE],
    ['with a part that is no form data', field('a', '1').replace('form-data', 'attachment') + END, TYPE],
    ['with a quote that does not end', file('a').replace('filename="a"', 'filename="a') + END, TYPE],
    ['with a name in another encoding', Buffer.from(file('\xfc') + END, 'latin1'), TYPE],
    ['with a broken filename*', file(`a"; filename*="latin1''%FC`) + END, TYPE],
  ])('is refused %s', async (_, body, type) => {
    for (const size of [1, 100, Infinity]) {
      await expect(parts(body, { size, type })).rejects.toMatchObject({ kind: { code: 'malformed_body' } });
    }
  });

  it('gives short parts as text, and no longer ones', async () => {
    const read = async (max: number) => {
      const reader = new MultipartReader(Readable.from([Buffer.from(field('a', 'fünf') + END)]), TYPE);
      await reader.next();
      return reader.text(max);
    };
    expect(await read(5)).toBe('fünf');
    expect(await read(4)).toBeNull();
  });

  it('is refused when its source fails', async () => {
    const failing = Readable.from(
      (async function* () {
        yield await Promise.resolve(Buffer.from(file('a').slice(0, -2)));
        throw new Error('aborted');
      })(),
    );
    const reader = new MultipartReader(failing, TYPE);
    await reader.next();
    await expect(reader.text(100)).rejects.toMatchObject({ kind: { code: 'malformed_body' } });
  });
});
