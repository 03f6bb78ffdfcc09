import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { seed, type Size } from './seed';

export const SECRET = 'the secret of a benchmark, 32+ bytes long';
export const PASSWORD = 'password of the benchmark';

/** What the benchmark takes of the product itself: the build that it measures. */
interface Built {
  startEmbeddedPostgres(options: object): Promise<{ url: string; stop(): Promise<void> }>;
  createApiDataSource(options: object): { initialize(): Promise<unknown>; destroy(): Promise<void> };
  runMigrations(dataSource: object): Promise<unknown>;
  hashPassword(password: string): Promise<string>;
}

function built(): Built {
  const root = join(__dirname, '../..');
  const load = (path: string) => require(join(root, path)) as Partial<Built>;
  return {
    ...load('libs/database/src/index.js'),
    ...load('apps/api/src/database/data-source.js'),
    ...load('apps/api/src/auth/passwords.js'),
  } as Built;
}

/** Starts a PostgreSQL of the benchmark's own, durable as in production, and removes it when the work is done. */
export async function withPostgres(work: (url: string) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fuse-bench-'));
  const postgres = await built().startEmbeddedPostgres({ dataDir });
  try {
    await work(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** A further database of the same server. @returns its URL */
export async function createDatabase(url: string, name: string): Promise<string> {
  const client = await connect(url);
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return url.replace(/\/\w+\?/, `/${name}?`);
}

/** Migrates an empty database and fills it. */
export async function prepare(url: string, size: Size): Promise<void> {
  const product = built();
  const dataSource = product.createApiDataSource({ url });
  await dataSource.initialize();
  await product.runMigrations(dataSource);
  await dataSource.destroy();
  const client = await connect(url);
  await seed(client, size, await product.hashPassword(PASSWORD));
  await client.end();
}

export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}
