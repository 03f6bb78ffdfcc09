import { createTestDatabase } from '@app/database';
import { Client, type QueryResultRow } from 'pg';
import { fuse, type Outcome } from './fuse';

export type Row = Record<string, unknown>;

/** A migrated database, `fuse` on it, and a client that looks into it, in UTC. */
export interface CommandWorld {
  readonly env: { readonly DATABASE_URL: string };
  readonly client: Client;
  fuse(args: readonly string[], input?: string, terminal?: { isTTY: boolean }): Promise<Outcome>;
  rows<R extends QueryResultRow = Row>(sql: string, values?: unknown[]): Promise<R[]>;
  remove(): Promise<void>;
}

export async function commandWorld(): Promise<CommandWorld> {
  const database = await createTestDatabase();
  const env = { DATABASE_URL: database.url };
  const client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query("SET TIME ZONE 'UTC'");
  return {
    env,
    client,
    fuse: (args, input, terminal) => fuse(env, args, input, terminal),
    rows: async <R extends QueryResultRow>(sql: string, values: unknown[] = []) =>
      (await client.query<R>(sql, values)).rows,
    remove: async () => {
      await client.end();
      await database.drop();
    },
  };
}
