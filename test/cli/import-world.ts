import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase } from '@app/database';
import { Client } from 'pg';
import { onlyWhere } from '../support/only-where';
import { fuse, type Outcome, ROOT } from './fuse';

export type Row = Record<string, unknown>;

export const SHARED = join(ROOT, '../shared/data');
export const real = onlyWhere(existsSync(SHARED), '../shared/data is not here');

/** A database to import into, and a folder for what is imported. */
export interface ImportWorld {
  readonly url: string;
  readonly client: Client;
  readonly directory: string;
  run(...args: string[]): Promise<Outcome>;
  rows(sql: string): Promise<Row[]>;
  remove(): Promise<void>;
}

export async function importWorld(): Promise<ImportWorld> {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query("SET TIME ZONE 'UTC'");
  const directory = await mkdtemp(join(tmpdir(), 'fuse-import-'));
  return {
    ...{ url: database.url, client, directory },
    run: (...args) => fuse({ DATABASE_URL: database.url }, ['import', ...args]),
    rows: async (sql) => (await client.query<Row>(sql)).rows,
    remove: async () => {
      await client.end();
      await database.drop();
      await rm(directory, { recursive: true });
    },
  };
}

/** Made, skipped, refused of people and features. */
export function tallyOf({ stdout }: Outcome): Record<string, number[]> {
  const lines = stdout.matchAll(/^(people|features) +(\d+) +(\d+) +(\d+)$/gm);
  return Object.fromEntries([...lines].map(([, what, ...counts]) => [what, counts.map(Number)]));
}

export const HISTORY = `
  SELECT f.name, t.from_stage, t.to_stage, t.timestamp::text AS at, t.duration::int, u.username AS actor
    FROM features f JOIN stage_transitions t ON t.feature_id = f.id LEFT JOIN users u ON u.id = t.actor_id
   ORDER BY f.name, t.timestamp, t.sequence`;

export const EVERYTHING = `
  SELECT 'feature' AS kind, id, xmin::text FROM features UNION ALL SELECT 'user', id, xmin::text FROM users
  UNION ALL SELECT 'entry', id, xmin::text FROM stage_transitions UNION ALL SELECT 'event', NULL, xmin::text FROM events
  UNION ALL SELECT 'metrics', feature_id, xmin::text FROM code_metrics
  UNION ALL SELECT kind, subject_id, xmin::text FROM external_references ORDER BY 1, 2, 3`;
