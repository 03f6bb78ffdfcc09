import { rmSync } from 'node:fs';
import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations, startEmbeddedPostgres } from '@app/database';
import { createApiDataSource } from '../../../apps/api/src/database/data-source';
import {
  createTemplate,
  dropTestDatabases,
  newTemplateName,
} from '../../../libs/database/src/testing/test-database';

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

let server: Server | undefined;
const template = newTemplateName();

/** Starts the run's server, or takes the one at TEST_DATABASE_URL, and migrates the template there. */
export async function startTestServer(): Promise<void> {
  const given = process.env['TEST_DATABASE_URL'];
  server = given === undefined ? await startEmbedded() : { url: given, stop: async () => {} };
  await createTemplate(server.url, template, migrate);
  process.env['TEST_SERVER_URL'] = server.url;
  process.env['TEST_TEMPLATE'] = template;
}

export async function stopTestServer(): Promise<void> {
  if (server === undefined) return;
  process.on('uncaughtException', reportOpenConnection);
  await dropTestDatabases(server.url, template);
  await server.stop();
}

// A run of one file shares its process with the teardown: a client that its tests left open fails when it is cut off.
function reportOpenConnection(error: Error): void {
  process.stderr.write(`A test left a connection open: ${error.message}\n`);
}

async function startEmbedded(): Promise<Server> {
  const dataDir = await mkdtemp(join(await scratchFolder(), 'fuse-test-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  const embedded = await startEmbeddedPostgres({ dataDir, durable: false });
  // Jest runs no global teardown when it is interrupted. Ctrl-C comes twice: from the terminal and through npm.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => void embedded.stop().finally(() => process.exit(130)));
  }
  return { url: embedded.url, stop: () => embedded.stop() };
}

/** In memory where there is room: making a database is creating 300 files, ten times faster there than on a disk. */
async function scratchFolder(): Promise<string> {
  const memory = '/dev/shm';
  const free = await statfs(memory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return free >= 4 * 1024 ** 3 ? memory : tmpdir();
}

async function migrate(url: string): Promise<void> {
  const dataSource = createApiDataSource({ url, poolSize: 1 });
  await dataSource.initialize();
  try {
    await runMigrations(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
