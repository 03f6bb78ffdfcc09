import { applyPending, appliedMigrations, recordMigration, withMigrationLock } from '@app/database';
import type { DataSource, QueryRunner } from 'typeorm';
import {
  applyValueMap,
  findMisfits,
  findNulls,
  type Mapped,
  type Misfit,
  type Nulls,
} from './adoption-survey';
import { readCatalog } from './catalog';
import { type CatalogDifference, differences } from './catalog-difference';
import { CreateInitialSchema1795305600000 as InitialSchema } from './migrations/1795305600000-CreateInitialSchema';

export interface AdoptOptions {
  /** New values by `status:old`, or by `tasks.status:old` where only one table is meant. */
  readonly map?: Readonly<Record<string, string>>;
  /** Do everything, answer what was done, and undo it. */
  readonly dryRun?: boolean;
}

export type AdoptionResult =
  | {
      readonly outcome: 'adopted';
      readonly dryRun: boolean;
      /** Rows by table, the same before and after. */
      readonly rows: Readonly<Record<string, number>>;
      readonly mapped: readonly Mapped[];
      /** NULLs that were filled from the column's default. */
      readonly filled: readonly Nulls[];
      /** The migrations that were run; the first is only recorded. */
      readonly migrations: readonly string[];
    }
  | { readonly outcome: 'refused'; readonly reason: 'empty' }
  | {
      readonly outcome: 'refused';
      readonly reason: 'migrated_already';
      readonly migrations: readonly string[];
    }
  | {
      readonly outcome: 'refused';
      readonly reason: 'not_the_reference';
      readonly differences: readonly CatalogDifference[];
    }
  | { readonly outcome: 'refused'; readonly reason: 'tables_in_the_way'; readonly tables: readonly string[] }
  | {
      readonly outcome: 'refused';
      readonly reason: 'values_do_not_fit';
      readonly misfits: readonly Misfit[];
    };

type Refusal = Extract<AdoptionResult, { outcome: 'refused' }>;

/**
 * Takes over a database that somebody made by hand from the schema reference: compares its catalog with what the first
 * migration makes, records that one as done, and runs the rest. One transaction: it is adopted with all its rows, or left
 * as it was.
 *
 * @throws UnknownMapping when `map` names no column of the reference
 */
export async function adoptDatabase(
  dataSource: DataSource,
  { map = {}, dryRun = false }: AdoptOptions = {},
): Promise<AdoptionResult> {
  return withMigrationLock(dataSource, async (queryRunner) => {
    await queryRunner.startTransaction();
    try {
      const result =
        (await refuseSchema(dataSource, queryRunner)) ?? (await adopt(dataSource, queryRunner, map));
      if (result.outcome === 'adopted' && !dryRun) await queryRunner.commitTransaction();
      else await queryRunner.rollbackTransaction();
      return result.outcome === 'adopted' ? { ...result, dryRun } : result;
    } catch (error) {
      await queryRunner.rollbackTransaction();
      throw error;
    }
  });
}

async function refuseSchema(dataSource: DataSource, queryRunner: QueryRunner): Promise<Refusal | null> {
  const applied = await appliedMigrations(dataSource, queryRunner);
  if (applied.length > 0) return { outcome: 'refused', reason: 'migrated_already', migrations: applied };
  const schema = (await queryRunner.getCurrentSchema()) ?? 'public';
  const found = await readCatalog(queryRunner, schema);
  const expected = await readReference(queryRunner);
  if (!expected.tables.some((table) => found.tables.includes(table)))
    return { outcome: 'refused', reason: 'empty' };
  const different = differences(expected, found);
  if (different.length > 0) {
    return { outcome: 'refused', reason: 'not_the_reference', differences: different };
  }
  const ours = dataSource.entityMetadatas.map(({ tableName }) => tableName);
  const inTheWay = found.tables.filter((table) => ours.includes(table) && !expected.tables.includes(table));
  return inTheWay.length > 0 ? { outcome: 'refused', reason: 'tables_in_the_way', tables: inTheWay } : null;
}

/** What the first migration makes, made in a schema of its own and undone again. */
async function readReference(queryRunner: QueryRunner) {
  const scratch = 'fuse_schema_reference';
  await queryRunner.query('SAVEPOINT reference');
  await queryRunner.query(`CREATE SCHEMA ${scratch}`);
  await queryRunner.query(
    `SELECT set_config('search_path', '${scratch}, ' || current_setting('search_path'), true)`,
  );
  await new InitialSchema().up(queryRunner);
  const catalog = await readCatalog(queryRunner, scratch);
  await queryRunner.query('ROLLBACK TO SAVEPOINT reference');
  return catalog;
}

async function adopt(
  dataSource: DataSource,
  queryRunner: QueryRunner,
  map: Readonly<Record<string, string>>,
): Promise<AdoptionResult> {
  const mapped = await applyValueMap(queryRunner, map);
  const misfits = await findMisfits(queryRunner);
  if (misfits.length > 0) return { outcome: 'refused', reason: 'values_do_not_fit', misfits };
  const { filled, rows } = await findNulls(queryRunner);
  await recordMigration(dataSource, queryRunner, new InitialSchema().name);
  const migrations = await applyPending(dataSource, queryRunner);
  return { outcome: 'adopted', dryRun: false, rows, mapped, filled, migrations };
}
