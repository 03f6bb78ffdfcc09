import { mkdtemp, rm } from 'node:fs/promises';
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
  await dropTestDatabases(server.url, template);
  await server.stop();
}

async function startEmbedded(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), 'fuse-test-'));
  const embedded = await startEmbeddedPostgres({ dataDir, durable: false });
  return {
    url: embedded.url,
    stop: async () => {
      await embedded.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
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
