import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What metrics were at the end of each day on which they were written (UTC), kept by a trigger, so that no writer can forget it. */
export class KeepMetricsHistory1795305680000 implements MigrationInterface {
  readonly name = 'KeepMetricsHistory1795305680000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE feature_metrics_history (
        feature_id UUID NOT NULL CONSTRAINT feature_metrics_history_feature_id_fkey REFERENCES features(id) ON DELETE CASCADE,
        day DATE NOT NULL,
        lines_of_code INTEGER NOT NULL,
        tokens_used NUMERIC NOT NULL,
        test_coverage FLOAT,
        modified_files INTEGER,
        new_files INTEGER,
        CONSTRAINT feature_metrics_history_pkey PRIMARY KEY (feature_id, day)
      )`);
    await queryRunner.query(FUNCTION);
    await queryRunner.query(`
      CREATE TRIGGER keep_metrics_history AFTER INSERT OR UPDATE ON code_metrics
        FOR EACH ROW EXECUTE FUNCTION keep_metrics_history();
      INSERT INTO feature_metrics_history
      SELECT feature_id, (now() AT TIME ZONE 'UTC')::date, lines_of_code, tokens_used, test_coverage,
             cardinality(modified_files), cardinality(new_files)
      FROM code_metrics WHERE feature_id IS NOT NULL`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TRIGGER keep_metrics_history ON code_metrics`);
    await queryRunner.query(`DROP FUNCTION keep_metrics_history()`);
    await queryRunner.query(`DROP TABLE feature_metrics_history`);
  }
}

/** It runs when the statement has ended, and sees the entries of the ledger that it added. */
const FUNCTION = `
  CREATE FUNCTION keep_metrics_history() RETURNS TRIGGER AS $$
  BEGIN
    INSERT INTO feature_metrics_history VALUES (
      NEW.feature_id, (clock_timestamp() AT TIME ZONE 'UTC')::date, NEW.lines_of_code,
      (SELECT coalesce(sum(input_tokens + output_tokens), 0) FROM feature_token_usage WHERE feature_id = NEW.feature_id),
      NEW.test_coverage, cardinality(NEW.modified_files), cardinality(NEW.new_files))
    ON CONFLICT (feature_id, day) DO UPDATE SET lines_of_code = EXCLUDED.lines_of_code, tokens_used = EXCLUDED.tokens_used,
      test_coverage = EXCLUDED.test_coverage, modified_files = EXCLUDED.modified_files, new_files = EXCLUDED.new_files;
    RETURN NULL;
  END;
  $$ LANGUAGE plpgsql`;
