import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddFeatureDependencies1795305603000 implements MigrationInterface {
  readonly name = 'AddFeatureDependencies1795305603000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE feature_dependencies (
        feature_id UUID NOT NULL REFERENCES features(id) ON DELETE CASCADE,
        depends_on_id UUID NOT NULL REFERENCES features(id),
        type VARCHAR(50) NOT NULL DEFAULT 'finish_to_start'
          CONSTRAINT feature_dependencies_type_check CHECK (type IN ('finish_to_start', 'finish_to_finish')),
        created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
        PRIMARY KEY (feature_id, depends_on_id),
        CONSTRAINT feature_dependencies_self_check CHECK (feature_id <> depends_on_id)
      );
      CREATE INDEX idx_feature_dependencies_depends_on ON feature_dependencies (depends_on_id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE feature_dependencies');
  }
}
