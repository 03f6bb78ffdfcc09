import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Scene } from '../framework/drill';

/** The URL of the embedded PostgreSQL that a server runs in a data directory. */
export function embeddedUrl(dataDir: string): string {
  const text = readFileSync(join(dataDir, 'postgres/connection.json'), 'utf8');
  return (JSON.parse(text) as { url: string }).url;
}

/** The process of the embedded PostgreSQL of a data directory. */
export function embeddedPid(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'), 10);
}

/** A connection of the drill's own, which may be cut. */
export async function connect(scene: Scene, url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  scene.after(() => client.end().catch(() => undefined));
  await client.connect();
  return client;
}
