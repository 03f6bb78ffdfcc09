import { createTestDatabase } from '@app/database';
import { Client } from 'pg';

/** An empty database of a test's own, on the server of the run. */
export interface ScratchDatabase {
  readonly url: string;
  /** Runs SQL on a connection of its own; without values, several statements at once are fine. */
  query<Rows>(sql: string, values?: unknown[]): Promise<Rows>;
  drop(): Promise<void>;
}

export async function createScratchDatabase(): Promise<ScratchDatabase> {
  const { url, drop } = await createTestDatabase({ migrated: false });
  return { url, drop, query: (sql, values) => run(url, sql, values) };
}

async function run<Rows>(url: string, sql: string, values?: unknown[]): Promise<Rows> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query(sql, values);
    return result.rows as Rows;
  } finally {
    await client.end();
  }
}
