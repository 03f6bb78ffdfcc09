import type { DataSource } from 'typeorm';
import { migrationStatus } from '@app/database';
import { type Check, examine, type Finding } from './finding';

const SUPPORTED = { from: 15, to: 18 };
const EXTENSIONS = ['uuid-ossp', 'pg_trgm'];
/** Seconds. Codes and tokens are good by the clocks of both. */
const CLOCKS = { warning: 2, failed: 30 };
const LONG_TRANSACTION = 600;

/** The database as a server: whether it is of a kind that works, and well. */
export async function databaseFindings(on: DataSource): Promise<Finding[]> {
  const checks: ReadonlyArray<readonly [string, (check: Check) => Promise<Finding>]> = [
    ['database.version', (check) => versionFinding(on, check)],
    ['database.encoding', (check) => encodingFinding(on, check)],
    ['database.time_zone', (check) => timeZoneFinding(on, check)],
    ['database.clock', (check) => clockFinding(on, check)],
    ['database.migrations', (check) => migrationsFinding(on, check)],
    ['database.extensions', (check) => extensionsFinding(on, check)],
    ['database.schema', (check) => schemaFinding(on, check)],
    ['database.indexes', (check) => indexesFinding(on, check)],
    ['database.transactions', (check) => transactionsFinding(on, check)],
  ];
  const findings: Finding[] = [];
  for (const [name, look] of checks) findings.push(await examine(name, look));
  return findings;
}

async function value(on: DataSource, sql: string): Promise<string> {
  const [row] = await on.query<[{ value: string }]>(`SELECT (${sql})::text AS value`);
  return row.value;
}

async function versionFinding(on: DataSource, check: Check): Promise<Finding> {
  const version = await value(on, `current_setting('server_version')`);
  const major = Math.floor(Number(await value(on, `current_setting('server_version_num')`)) / 10_000);
  if (major >= SUPPORTED.from && major <= SUPPORTED.to) return check.ok(`PostgreSQL ${version}`);
  return check.failed(
    `PostgreSQL ${version}`,
    `Use ${SUPPORTED.from} to ${SUPPORTED.to}: fuse backup and fuse restore move an installation to another version.`,
  );
}

async function encodingFinding(on: DataSource, check: Check): Promise<Finding> {
  const encoding = await value(on, `current_setting('server_encoding')`);
  if (encoding === 'UTF8') return check.ok(encoding);
  return check.failed(
    encoding,
    'Make a database with ENCODING UTF8, and restore a backup into it: text is UTF-8 here.',
  );
}

async function timeZoneFinding(on: DataSource, check: Check): Promise<Finding> {
  const zone = await value(on, `current_setting('TimeZone')`);
  if (zone === 'UTC') return check.ok(zone);
  return check.failed(
    `Connections come up with ${zone}`,
    'Something between here and PostgreSQL drops the option TimeZone: let the pooler pass "options" on, or ALTER ROLE … SET TimeZone = UTC.',
  );
}

async function clockFinding(on: DataSource, check: Check): Promise<Finding> {
  const before = Date.now();
  const there = Number(await value(on, 'extract(epoch FROM clock_timestamp())')) * 1000;
  const middle = (before + Date.now()) / 2;
  const seconds = (there - middle) / 1000;
  const detail = `The database's clock is ${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'behind' : 'ahead of'} this machine's`;
  const advice = 'Let both machines keep time by NTP (timedatectl set-ntp true).';
  if (Math.abs(seconds) > CLOCKS.failed) return check.failed(detail, advice);
  return Math.abs(seconds) > CLOCKS.warning ? check.warning(detail, advice) : check.ok(detail);
}

async function migrationsFinding(on: DataSource, check: Check): Promise<Finding> {
  const states = await migrationStatus(on);
  const newer = states.filter(({ known }) => !known).map(({ name }) => name);
  if (newer.length > 0) {
    return check.failed(
      `A newer release has migrated it: ${newer.join(', ')}`,
      'Run that release, or restore a backup from before the upgrade.',
    );
  }
  const pending = states.filter(({ applied }) => !applied);
  if (pending.length === 0) return check.ok(`all ${states.length} are applied`);
  return check.failed(
    `${pending.length} of ${states.length} are not applied, first ${pending[0]?.name}`,
    'fuse db migrate applies them; so does the next start, unless MIGRATE_ON_START is false.',
  );
}

async function extensionsFinding(on: DataSource, check: Check): Promise<Finding> {
  if ((await migrationStatus(on)).some(({ applied }) => !applied))
    return check.skipped('the migrations make them');
  const rows = await on.query<Array<{ name: string }>>('SELECT extname AS name FROM pg_extension');
  const missing = EXTENSIONS.filter((name) => !rows.some((row) => row.name === name));
  if (missing.length === 0) return check.ok(EXTENSIONS.join(', '));
  return check.failed(
    `${missing.join(', ')} is missing`,
    `As an owner of the database: ${missing.map((name) => `CREATE EXTENSION "${name}";`).join(' ')}`,
  );
}

async function schemaFinding(on: DataSource, check: Check): Promise<Finding> {
  if ((await migrationStatus(on)).some(({ applied, known }) => !applied || !known))
    return check.skipped('compared once the migrations are those of this release');
  const { upQueries } = await on.driver.createSchemaBuilder().log();
  const [first] = upQueries;
  if (first === undefined) return check.ok('as the migrations make it');
  return check.warning(
    `${upQueries.length} differences; this would undo the first: ${first.query}`,
    'Somebody changed the schema by hand. Undo it, or upgrades may fail; make a backup first.',
  );
}

async function indexesFinding(on: DataSource, check: Check): Promise<Finding> {
  const rows = await on.query<Array<{ name: string }>>(
    'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid OR NOT indisready',
  );
  if (rows.length === 0) return check.ok('all are valid');
  const names = rows.map(({ name }) => name);
  return check.failed(
    `Not valid: ${names.join(', ')}`,
    `Build them anew: ${names.map((name) => `REINDEX INDEX CONCURRENTLY ${name};`).join(' ')}`,
  );
}

async function transactionsFinding(on: DataSource, check: Check): Promise<Finding> {
  const rows = await on.query<Array<{ pid: number; seconds: number; state: string }>>(
    `SELECT pid, extract(epoch FROM clock_timestamp() - xact_start)::int AS seconds, state FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
     ORDER BY xact_start LIMIT 1`,
  );
  const [longest] = rows;
  if (!longest || longest.seconds < LONG_TRANSACTION)
    return check.ok(`the longest is open for ${longest?.seconds ?? 0} s`);
  return check.warning(
    `Process ${longest.pid} has one open for ${longest.seconds} s (${longest.state})`,
    `It keeps dead rows from being removed. See what it is in pg_stat_activity; SELECT pg_terminate_backend(${longest.pid}) ends it.`,
  );
}
