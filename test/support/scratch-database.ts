import { createTestDatabase } from '@app/database';
import { Client } from 'pg';

/** An empty database of a test's own, on the server of the run. */
export interface ScratchDatabase {
  readonly url: string;
  /** Runs SQL on one connection that stays open; without values, several statements at once are fine. */
  query<Rows>(sql: string, values?: unknown[]): Promise<Rows>;
  drop(): Promise<void>;
}

export async function createScratchDatabase(): Promise<ScratchDatabase> {
  const { url, drop } = await createTestDatabase({ migrated: false });
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    url,
    query: async <Rows>(sql: string, values?: unknown[]) => {
      const result = await client.query(sql, values);
      return result.rows as Rows;
    },
    drop: async () => {
      await client.end();
      await drop();
    },
  };
}
