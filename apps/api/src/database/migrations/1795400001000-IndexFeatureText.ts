import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Parts of names and descriptions, by their trigrams. The extension is one of PostgreSQL's own, and whoever owns the database may make
 * it; a server that has it not, or does not allow it, goes without the index: searches then look at every feature.
 */
export class IndexFeatureText1795400001000 implements MigrationInterface {
  readonly name = 'IndexFeatureText1795400001000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DO $$
      BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX idx_features_text ON features USING gin (name gin_trgm_ops, description gin_trgm_ops);
      EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
        RAISE WARNING 'features are searched without an index: %', SQLERRM;
      END $$`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // The extension stays, like the first one: others in this database may use it.
    await queryRunner.query(`DROP INDEX IF EXISTS idx_features_text`);
  }
}
