import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tells a completion percentage that a person gave from one that follows from the stage. A zero is the column's default, which
 * nobody need have meant; anything else was written by somebody.
 */
export class TellGivenCompletion1795305608000 implements MigrationInterface {
  readonly name = 'TellGivenCompletion1795305608000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Saying what a value is does not change the feature: its trigger must not touch last_updated.
    await queryRunner.query(`
      ALTER TABLE features ADD COLUMN completion_given BOOLEAN NOT NULL DEFAULT false;
      ALTER TABLE features DISABLE TRIGGER update_features_last_updated;
      UPDATE features SET completion_given = true WHERE completion_percentage <> 0;
      ALTER TABLE features ENABLE TRIGGER update_features_last_updated;
      CREATE INDEX idx_features_completion_id ON features (completion_percentage, id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX idx_features_completion_id;
      ALTER TABLE features DROP COLUMN completion_given;
    `);
  }
}
