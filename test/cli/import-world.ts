import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onlyWhere } from '../support/only-where';
import { type CommandWorld, commandWorld } from './command-world';
import { type Outcome, ROOT } from './fuse';

export const SHARED = join(ROOT, '../shared/data');
export const real = onlyWhere(existsSync(SHARED), '../shared/data is not here');

/** A database to import into, and a folder for what is imported. */
export interface ImportWorld extends CommandWorld {
  readonly directory: string;
  run(...args: string[]): Promise<Outcome>;
}

export async function importWorld(): Promise<ImportWorld> {
  const world = await commandWorld();
  const directory = await mkdtemp(join(tmpdir(), 'fuse-import-'));
  return {
    ...world,
    directory,
    run: (...args) => world.fuse(['import', ...args]),
    remove: async () => {
      await world.remove();
      await rm(directory, { recursive: true });
    },
  };
}

/** Made, skipped, refused: of people, features, tasks, messages. */
export function tallyOf({ stdout }: Outcome): Record<string, number[]> {
  const lines = stdout.matchAll(/^(people|features|tasks|messages) +(\d+) +(\d+) +(\d+)$/gm);
  return Object.fromEntries([...lines].map(([, what, ...counts]) => [what, counts.map(Number)]));
}

export const HISTORY = `
  SELECT f.name, t.from_stage, t.to_stage, t.timestamp::text AS at, t.duration::int, u.username AS actor
    FROM features f JOIN stage_transitions t ON t.feature_id = f.id LEFT JOIN users u ON u.id = t.actor_id
   ORDER BY f.name, t.timestamp, t.sequence`;

/** Every row that an import could make or change, with its version. */
export const EVERYTHING = `
  SELECT 'feature' AS kind, id, xmin::text FROM features UNION ALL SELECT 'user', id, xmin::text FROM users
  UNION ALL SELECT 'task', id, xmin::text FROM tasks UNION ALL SELECT 'message', id, xmin::text FROM messages
  UNION ALL SELECT 'entry', id, xmin::text FROM stage_transitions UNION ALL SELECT 'event', NULL, xmin::text FROM events
  UNION ALL SELECT 'metrics', feature_id, xmin::text FROM code_metrics
  UNION ALL SELECT kind, subject_id, xmin::text FROM external_references ORDER BY 1, 2, 3`;
