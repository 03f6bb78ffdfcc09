import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which reports of which commits were taken in, so that none counts twice. */
export class AddFeatureIngests1795305640000 implements MigrationInterface {
  readonly name = 'AddFeatureIngests1795305640000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE feature_ingests (
        feature_id UUID NOT NULL CONSTRAINT feature_ingests_feature_id_fkey REFERENCES features(id) ON DELETE CASCADE,
        commit VARCHAR(255) NOT NULL,
        part VARCHAR(50) NOT NULL,
        lines_found INTEGER,
        lines_hit INTEGER,
        created_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
        CONSTRAINT feature_ingests_pkey PRIMARY KEY (feature_id, commit, part)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE feature_ingests`);
  }
}
