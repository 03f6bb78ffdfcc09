import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const OPERATIONS = join(__dirname, '../../../docs/operations');

/** The shell blocks of a section of a page in docs/operations, as they stand there. @throws Error where there are none */
export function shellOf(page: string, section: string): string[] {
  const part = readFileSync(join(OPERATIONS, page), 'utf8')
    .split(/^## /m)
    .find((each) => each.startsWith(`${section}\n`));
  const blocks = [...(part ?? '').matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
  if (blocks.length === 0) throw new Error(`${page} has no commands under "${section}"`);
  return blocks;
}

/** A block of `export NAME=…` with other values. @throws Error for a name without one */
export function withValues(block: string, values: Readonly<Record<string, string>>): string {
  return block.replaceAll(/^export (\w+)=.*$/gm, (_line, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for ${name}`);
    return `export ${name}='${value}'`;
  });
}
