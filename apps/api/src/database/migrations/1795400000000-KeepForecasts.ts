import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last forecast of each day and feature, the latest of which is the feature's estimate; and how far they are. */
export class KeepForecasts1795400000000 implements MigrationInterface {
  readonly name = 'KeepForecasts1795400000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE feature_forecasts (
        feature_id UUID NOT NULL CONSTRAINT feature_forecasts_feature_id_fkey REFERENCES features(id) ON DELETE CASCADE,
        day DATE NOT NULL,
        as_of TIMESTAMPTZ NOT NULL,
        current_stage VARCHAR(50) NOT NULL,
        trials INTEGER NOT NULL,
        p50 TIMESTAMPTZ,
        p70 TIMESTAMPTZ,
        p85 TIMESTAMPTZ,
        p95 TIMESTAMPTZ,
        current BOOLEAN NOT NULL,
        CONSTRAINT feature_forecasts_pkey PRIMARY KEY (feature_id, day)
      );
      CREATE UNIQUE INDEX idx_feature_forecasts_current ON feature_forecasts (feature_id) WHERE current;
      CREATE TABLE forecast_state (
        id BOOLEAN NOT NULL CONSTRAINT forecast_state_id_check CHECK (id),
        position BIGINT NOT NULL,
        as_of TIMESTAMPTZ NOT NULL,
        took_ms INTEGER NOT NULL,
        CONSTRAINT forecast_state_pkey PRIMARY KEY (id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE forecast_state, feature_forecasts`);
  }
}
