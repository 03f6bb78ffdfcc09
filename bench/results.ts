import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from './machine';

/** Rows of cells as a Markdown table. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Writes figures with the machine that they are of, and tells where. */
export async function keep(dir: string, name: string, databaseUrl: string, figures: object): Promise<void> {
  const machine = await describeMachine(databaseUrl);
  write(dir, `${name}.json`, `${JSON.stringify({ machine, ...figures }, null, 2)}\n`);
}

export function write(dir: string, name: string, text: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), text);
  progress(`written: ${join(dir, name)}`);
}

export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
