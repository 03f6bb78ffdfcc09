import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** An empty database of a test's own, on the server of the run. */
export interface ScratchDatabase {
  readonly url: string;
  /** Runs SQL on a connection of its own; several statements at once are fine. */
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

export async function createScratchDatabase(): Promise<ScratchDatabase> {
  const server = process.env['TEST_SERVER_URL'];
  if (server === undefined)
    throw new Error('TEST_SERVER_URL is not set: the global setup starts the server.');
  const name = `scratch_${randomUUID().replaceAll('-', '')}`;
  await run(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = withDatabase(server, name);
  return {
    url,
    query: (sql, values) => run(url, sql, values),
    drop: async () => {
      await run(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function run<Row>(url: string, sql: string, values?: unknown[]): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query(sql, values);
    return result.rows as Row[];
  } finally {
    await client.end();
  }
}
