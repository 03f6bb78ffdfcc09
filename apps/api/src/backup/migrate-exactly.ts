import { type DataSource, type Migration, MigrationExecutor, type QueryRunner } from 'typeorm';
import { appliedMigrations } from '@app/database';
import { BackupIsNewer, RestoreRefused } from './backup.errors';

/**
 * Brings the schema to where exactly `names` are applied, forwards or backwards, in the transaction that is open. Reverting
 * loses rows: the tables should be empty.
 * @throws BackupIsNewer when one of them is unknown, RestoreRefused when there is no way there
 */
export async function migrateExactly(
  dataSource: DataSource,
  queryRunner: QueryRunner,
  names: readonly string[],
): Promise<void> {
  const executor = new Partly(dataSource, queryRunner, new Set(names));
  const unknown = names.find((name) => !executor.knows(name));
  if (unknown !== undefined) {
    throw new BackupIsNewer(`The backup has ${unknown}, a migration that this version does not know.`);
  }
  const rest = (applied: readonly string[]) => applied.filter((name) => !names.includes(name));
  let foreign = rest(await appliedMigrations(dataSource, queryRunner)).length;
  while (foreign > 0) {
    await executor.undo();
    const left = rest(await appliedMigrations(dataSource, queryRunner)).length;
    if (left === foreign)
      throw new RestoreRefused('The schema cannot be brought to where the backup was made.');
    foreign = left;
  }
  await executor.executePendingMigrations();
}

/** Runs and reverts as TypeORM does, and knows of some migrations only while it runs them. */
class Partly extends MigrationExecutor {
  private running = true;

  constructor(
    dataSource: DataSource,
    queryRunner: QueryRunner,
    private readonly names: ReadonlySet<string>,
  ) {
    super(dataSource, queryRunner);
    this.transaction = 'each';
  }

  knows(name: string): boolean {
    return super.getMigrations().some((migration) => migration.name === name);
  }

  async undo(): Promise<void> {
    this.running = false;
    await this.undoLastMigration();
    this.running = true;
  }

  protected override getMigrations(): Migration[] {
    const all = super.getMigrations();
    return this.running ? all.filter(({ name }) => this.names.has(name)) : all;
  }
}
