import { readFileSync } from 'node:fs';
import { Client, type QueryResult } from 'pg';
import type { Layout } from './layout';
import { PORT } from './socket';

/** The host is only there to make it a valid URL; the socket of the `host` parameter is what clients use. */
export function serverUrl(socketDirectory: string, password: string, database = 'fuse'): string {
  const socket = encodeURIComponent(socketDirectory);
  return `postgres://fuse:${password}@localhost/${database}?host=${socket}&port=${PORT}`;
}

/** Makes the database `fuse` when there is none. */
export async function ensureDatabase(socketDirectory: string, password: string): Promise<void> {
  const url = serverUrl(socketDirectory, password, 'postgres');
  const { rowCount } = await run(url, "SELECT 1 FROM pg_database WHERE datname = 'fuse'");
  if (rowCount === 0) await run(url, 'CREATE DATABASE fuse');
}

/** Whether a server answers there. */
export async function answers(url: string): Promise<boolean> {
  try {
    await run(url, 'SELECT 1');
    return true;
  } catch {
    return false;
  }
}

async function run(url: string, sql: string): Promise<QueryResult> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** What a running owner leaves in `DATA_DIR/postgres/connection.json` for other processes of the same user. */
export function readConnectionUrl(layout: Layout): string | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(layout.connection, 'utf8'));
    return typeof value === 'object' && value !== null && 'url' in value ? String(value.url) : undefined;
  } catch {
    return undefined;
  }
}
