import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who was erased, by id alone, so that a restore can do it again. */
export class JournalErasures1795430002000 implements MigrationInterface {
  readonly name = 'JournalErasures1795430002000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE erasures (
        user_id UUID CONSTRAINT erasures_pkey PRIMARY KEY,
        erased_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
        journaled BOOLEAN NOT NULL DEFAULT false
      );
      INSERT INTO erasures (user_id, erased_at) SELECT id, coalesce(updated_at, now()) FROM users WHERE status = 'deleted'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE erasures');
  }
}
