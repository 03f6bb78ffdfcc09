import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from './command-world';
import { type Outcome, SMALL } from './fuse';
import { importWorld, type ImportWorld } from './import-world';

interface Files {
  readonly issues?: unknown;
  readonly comments?: unknown;
}

export interface GithubWorld extends ImportWorld {
  importFrom(from: string, ...flags: string[]): Promise<Outcome>;
  /** Puts files into `directory`, those of `SMALL` where none are given: text as it is, records as JSON. */
  put(files: Files): Promise<void>;
}

/** Made, skipped, refused: what a first run does with `SMALL`. */
export const ALL_MADE = { people: [5, 0, 0], tasks: [6, 0, 0], messages: [9, 0, 0] };

export const small = async (name: 'issues' | 'comments'): Promise<Row[]> =>
  JSON.parse(await readFile(join(SMALL, `${name}.json`), 'utf8')) as Row[];

export async function githubWorld(): Promise<GithubWorld> {
  const world = await importWorld();
  return {
    ...world,
    importFrom: (from, ...flags) => world.run('github', from, ...flags),
    put: async (files) => {
      const { issues = await small('issues'), comments = await small('comments') } = files;
      for (const [name, content] of Object.entries({ issues, comments })) {
        const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
        await writeFile(join(world.directory, `${name}.json`), text);
      }
    },
  };
}
