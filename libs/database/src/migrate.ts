import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';

/** Any number that nothing else in this database locks: the bytes of "fuse". */
const MIGRATION_LOCK = 0x66757365;

export interface MigrationState {
  readonly name: string;
  readonly applied: boolean;
  /** False for one that a newer build applied. */
  readonly known: boolean;
}

/** A newer build has migrated this database: working on it could break what that build relies on. */
export class DatabaseIsNewer extends Error {
  override readonly name = 'DatabaseIsNewer';

  constructor(readonly migration: string) {
    super(
      `The database was migrated by a newer version: it has ${migration}, which this version does not know. ` +
        'Run that version, or restore a backup from before the upgrade.',
    );
  }
}

/** There are tables, but no record of the migrations that made them. */
export class DatabaseNeedsAdoption extends Error {
  override readonly name = 'DatabaseNeedsAdoption';

  constructor(readonly tables: readonly string[]) {
    super(
      `The database has tables that no migration made: ${tables.join(', ')}. ` +
        'If they were made from the schema reference, "fuse db adopt" takes them over with their rows; ' +
        'else use an empty database.',
    );
  }
}

/**
 * Brings the schema up to date, each migration in its own transaction, and answers the names of those it ran. Two processes
 * may call this at once: the second waits, then finds nothing left to do.
 *
 * @throws DatabaseIsNewer, DatabaseNeedsAdoption
 */
export async function runMigrations(dataSource: DataSource): Promise<string[]> {
  return withMigrationLock(dataSource, async (queryRunner) => {
    const applied = await refuseNewer(dataSource, queryRunner);
    if (applied.length === 0) await refuseForeignTables(dataSource, queryRunner);
    return applyPending(dataSource, queryRunner);
  });
}

/**
 * Reverts the newest migration and answers its name, or null where none is applied.
 *
 * @throws DatabaseIsNewer
 */
export async function revertLast(dataSource: DataSource): Promise<string | null> {
  return withMigrationLock(dataSource, async (queryRunner) => {
    const newest = (await refuseNewer(dataSource, queryRunner)).at(-1);
    if (newest === undefined) return null;
    const executor = new MigrationExecutor(dataSource, queryRunner);
    executor.transaction = 'each';
    await executor.undoLastMigration();
    return newest;
  });
}

/**
 * For a start that does not migrate.
 *
 * @throws DatabaseIsNewer
 */
export async function refuseNewerDatabase(dataSource: DataSource): Promise<void> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await refuseNewer(dataSource, queryRunner);
  } finally {
    await queryRunner.release();
  }
}

/** Every migration of this build and of the database, oldest first. Writes nothing. */
export async function migrationStatus(dataSource: DataSource): Promise<MigrationState[]> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    const applied = await appliedMigrations(dataSource, queryRunner);
    const known = knownMigrations(dataSource);
    const names = [...known, ...applied.filter((name) => !known.includes(name))];
    return names
      .sort((a, b) => timestampOf(a) - timestampOf(b))
      .map((name) => ({ name, applied: applied.includes(name), known: known.includes(name) }));
  } finally {
    await queryRunner.release();
  }
}

/** Runs what is pending on the given connection: in its transaction if one is open, else one for each. */
export async function applyPending(dataSource: DataSource, queryRunner: QueryRunner): Promise<string[]> {
  const executor = new MigrationExecutor(dataSource, queryRunner);
  executor.transaction = 'each';
  const executed = await executor.executePendingMigrations();
  return executed.map(({ name }) => name);
}

/** Notes a migration as applied without running it: what it makes is there already. */
export async function recordMigration(
  dataSource: DataSource,
  queryRunner: QueryRunner,
  name: string,
): Promise<void> {
  await new Recorder(dataSource, queryRunner).record(queryRunner, name);
}

class Recorder extends MigrationExecutor {
  async record(queryRunner: QueryRunner, name: string): Promise<void> {
    const migration = this.getMigrations().find((known) => known.name === name);
    if (migration === undefined) throw new Error(`There is no migration ${name}.`);
    await this.createMigrationsTableIfNotExist(queryRunner);
    await this.insertExecutedMigration(queryRunner, migration);
  }
}

/**
 * Holds a lock that belongs to one connection, and works on that connection: a process that dies frees it, and a pool of one
 * is enough.
 */
export async function withMigrationLock<T>(
  dataSource: DataSource,
  work: (queryRunner: QueryRunner) => Promise<T>,
): Promise<T> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await queryRunner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      return await work(queryRunner);
    } finally {
      await queryRunner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    }
  } finally {
    await queryRunner.release();
  }
}

/** The names of the applied migrations, oldest first; none where the database has no such table. */
export async function appliedMigrations(dataSource: DataSource, queryRunner: QueryRunner): Promise<string[]> {
  const applied = await new MigrationExecutor(dataSource, queryRunner).getExecutedMigrations();
  return applied.sort((a, b) => a.timestamp - b.timestamp).map(({ name }) => name);
}

async function refuseNewer(dataSource: DataSource, queryRunner: QueryRunner): Promise<string[]> {
  const applied = await appliedMigrations(dataSource, queryRunner);
  const newest = applied.at(-1);
  if (newest !== undefined && !knownMigrations(dataSource).includes(newest))
    throw new DatabaseIsNewer(newest);
  return applied;
}

async function refuseForeignTables(dataSource: DataSource, queryRunner: QueryRunner): Promise<void> {
  const ours = dataSource.entityMetadatas.map(({ tableName }) => tableName);
  const found: Array<{ name: string }> = await queryRunner.query(
    'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(quote_ident(name)) IS NOT NULL',
    [ours],
  );
  if (found.length > 0) throw new DatabaseNeedsAdoption(found.map(({ name }) => name));
}

function knownMigrations(dataSource: DataSource): string[] {
  return dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
}

function timestampOf(name: string): number {
  return Number(name.slice(-13));
}
