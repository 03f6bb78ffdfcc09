import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * features.last_updated kept as updated_at is elsewhere. By the clock, not by the transaction's start, which is older than a
 * wait for the row's lock; and always later than before, so that it can serve as the row's version.
 */
export class KeepLastUpdated1795305606000 implements MigrationInterface {
  readonly name = 'KeepLastUpdated1795305606000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION update_last_updated_column() RETURNS TRIGGER AS $$
      BEGIN
          NEW.last_updated = greatest(clock_timestamp(), OLD.last_updated + interval '1 microsecond');
          RETURN NEW;
      END;
      $$ LANGUAGE plpgsql;

      CREATE TRIGGER update_features_last_updated
          BEFORE UPDATE ON features
          FOR EACH ROW
          EXECUTE FUNCTION update_last_updated_column();
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER update_features_last_updated ON features;
      DROP FUNCTION update_last_updated_column();
    `);
  }
}
