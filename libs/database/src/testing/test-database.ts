import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Removes the database, also while connections to it are still open. */
  drop(): Promise<void>;
}

/**
 * A database of the caller's own: a clone of the migrated template, or an empty one with `migrated: false`.
 * Jest's global setup makes the template and leaves its server's URL in TEST_SERVER_URL, its name in TEST_TEMPLATE.
 * @throws Error when that set-up did not run, or the server refuses
 */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const serverUrl = fromEnvironment('TEST_SERVER_URL');
  const template = fromEnvironment('TEST_TEMPLATE');
  const name = `${databasePrefix(template)}${process.env['JEST_WORKER_ID'] ?? '0'}_${randomBytes(6).toString('hex')}`;
  await createDatabase(serverUrl, name, migrated ? template : 'template0');
  return {
    url: withDatabase(serverUrl, name),
    drop: () => onServer(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** A name for a run's template, from which the names of all its databases follow. */
export function newTemplateName(): string {
  return `fuse_test_${randomBytes(6).toString('hex')}_template`;
}

/** Makes the template with `migrate` and closes it to connections, so that clones never find it in use. */
export async function createTemplate(
  serverUrl: string,
  name: string,
  migrate: (url: string) => Promise<void>,
): Promise<void> {
  await createDatabase(serverUrl, name, 'template0');
  await migrate(withDatabase(serverUrl, name));
  await onServer(serverUrl, (client) => client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`));
}

/** Drops a run's template and what its tests left behind. */
export async function dropTestDatabases(serverUrl: string, template: string): Promise<void> {
  await onServer(serverUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [databasePrefix(template)],
    );
    for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  });
}

function databasePrefix(template: string): string {
  return template.replace(/template$/, '');
}

function createDatabase(serverUrl: string, name: string, template: string): Promise<void> {
  return onServer(serverUrl, (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE ${template} ENCODING 'UTF8'`),
  );
}

async function onServer(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** The same server, another database. Not by `URL`: an address of a socket has no host, which that refuses. */
function withDatabase(url: string, name: string): string {
  return url.replace(/^([^/]+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`);
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(`${name} is not set: tests with a database run by \`npm run test:only\`.`);
  return value;
}
