import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from './fuse';

const LINK = /\]\(([^)#:]+)(?:#[^)]*)?\)|^\[.*\]: (\S+)$/gm;

it.each(['README.md', 'CHANGELOG.md', 'docs/import-github.md', 'docs/configuration.md'])(
  'what %s refers to is there',
  async (document) => {
    const links = (await readFile(join(ROOT, document), 'utf8')).matchAll(LINK);
    const paths = [...links].map(([, inline, named]) => inline ?? named ?? '');
    expect(paths.filter((path) => !existsSync(join(ROOT, dirname(document), path)))).toEqual([]);
  },
);

it('the README leads to every document', async () => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const documents = await readdir(join(ROOT, 'docs'), { recursive: true });
  const pages = documents.filter((path) => path.endsWith('.md'));
  expect(pages.filter((path) => !readme.includes(`docs/${path}`))).toEqual([]);
});
