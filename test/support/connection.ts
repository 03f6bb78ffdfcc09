import { Client, type QueryResultRow } from 'pg';

/** Does something on a connection of its own, which is closed then. */
export async function withConnection<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  // Where the server goes away meanwhile, what is asked of it says so.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The rows of a statement; several at once give none. */
export function rowsOf<Row extends QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  return withConnection(url, async (client) => (await client.query<Row>(sql)).rows);
}
