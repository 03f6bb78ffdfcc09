import type { Client } from 'pg';

/** How many statements in a client's database wait for a lock, also where the client is in a transaction, which sees what it saw first. */
export async function lockWaiters(client: Client): Promise<number> {
  await client.query('SELECT pg_stat_clear_snapshot()');
  const { rows } = await client.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length;
}
