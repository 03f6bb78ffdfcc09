import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceTree } from './source-tree';

// The habits that the lint rules keep up, each with a file that breaks it.
const BREACHES: [rule: string, file: string, source: string][] = [
  ['node(no-process-env)', 'apps/api/src/tasks/env.ts', `export const port = process.env['PORT'];`],
  ['node(no-process-env)', 'libs/database/src/env.ts', `export const url = process.env.DATABASE_URL;`],
  ['typescript(no-explicit-any)', 'apps/api/src/tasks/any.ts', `export const row: any = 1;`],
  [
    'typescript(no-floating-promises)',
    'apps/api/src/tasks/floating.ts',
    `async function go() {}\ngo();\nexport {};`,
  ],
  [
    'typescript(ban-ts-comment)',
    'apps/api/src/tasks/ignore.ts',
    `// @ts-ignore\nexport const one: string = 1;`,
  ],
  ['eslint(no-unused-vars)', 'apps/api/src/tasks/unused.ts', `const one = 1;\nexport {};`],
  ['eslint(no-console)', 'apps/api/src/tasks/console.ts', `console.log(1);\nexport {};`],
  ['eslint(max-lines)', 'apps/api/src/tasks/long.ts', 'export {};\n'.repeat(251)],
  ['import(no-cycle)', 'apps/api/src/tasks/a.ts', `import { b } from './b';\nexport const a = () => b;`],
  ['jest(no-focused-tests)', 'test/focused.test.ts', `it.only('x', () => expect(1).toBe(1));`],
  ['jest(no-disabled-tests)', 'test/disabled.test.ts', `it.skip('x', () => expect(1).toBe(1));`],
];

const SOUND = {
  'apps/api/src/config/config.ts': `export const port = process.env['PORT'];`,
  'apps/api/src/tasks/b.ts': `import { a } from './a';\nexport const b = () => a;`,
};

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

describe('the linter', () => {
  let found: string[];

  beforeAll(async () => {
    const tree = await SourceTree.create({
      ...SOUND,
      ...Object.fromEntries(BREACHES.map(([, file, source]) => [file, source])),
    });
    const output = await tree.run('oxlint/bin/oxlint', [
      ...['--type-aware', '--deny-warnings', '--disable-nested-config', '--format=json'],
      ...['apps', 'libs', 'test'],
    ]);
    await tree.remove();
    const { diagnostics } = JSON.parse(output) as { diagnostics: Diagnostic[] };
    found = diagnostics.map(({ code, filename }) => `${code}: ${filename}`);
  });

  it.each(BREACHES)('%s refuses %s', (rule, file) => {
    expect(found).toContain(`${rule}: ${file}`);
  });

  it('lets config/ read the environment', () => {
    expect(found.filter((line) => line.endsWith('config/config.ts'))).toEqual([]);
  });

  it('is nowhere told to look away', async () => {
    const exceptions: string[] = [];
    for (const folder of ['apps', 'libs', 'test']) {
      const root = join(__dirname, '../..', folder);
      for (const name of await readdir(root, { recursive: true })) {
        if (!name.endsWith('.ts')) continue;
        const source = await readFile(join(root, name), 'utf8');
        if (/(ox|es)lint-disable/.test(source)) exceptions.push(`${folder}/${name}`);
      }
    }
    expect(exceptions).toEqual([]);
  });
});
